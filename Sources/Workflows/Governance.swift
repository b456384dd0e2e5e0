package import Storage

/// The governance of a database's tenants: every command and every question, over one store.
package struct Governance: Sendable {
    package private(set) var store: Store
    package let workloads: Workloads
    let switches: Switches
    let secrets = Secrets()
    let tally = RefusalTally()
    /// Of the one call that is being answered.
    private(set) var ifMatch: IfMatch?

    /// As they are now: an emulator changes them while it runs.
    package var settings: Settings { switches.settings }

    /// - Precondition: the engine's catalog is the workloads'.
    package init(
        _ engine: any Engine, workloads: Workloads, entropy: any Entropy = SystemEntropy(),
        settings: Settings = Settings()
    ) {
        let missing = workloads.catalog.kinds.map(\.name).filter { engine.catalog[$0] == nil }
        precondition(missing.isEmpty, "the engine has no tables for \(missing.joined(separator: ", "))")
        let switches = Switches(settings)
        self.switches = switches
        self.workloads = workloads
        store = Store(engine, entropy: entropy, settlers: workloads.settlers(switches))
    }

    /// The same, for a call whose decisions hold only where its object is as it expects.
    package func expecting(_ ifMatch: IfMatch) -> Governance {
        var governance = self
        governance.ifMatch = ifMatch
        return governance
    }

    /// Makes an answer to a reader, all of whose questions are one session of the store (`Store.answer`): it may run again,
    /// and holds nothing when it returns.
    /// - Parameter body: asks the governance that it is given, not this one.
    package func answer<Answer>(
        consistently: Bool = false, _ body: (Governance) async throws -> Answer
    ) async throws -> Answer {
        try await store.answer(consistently: consistently) { store in
            var governance = self
            governance.store = store
            return try await body(governance)
        }
    }
}
