internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
package import Storage

/// The governance of a database's tenants: every command and every question, over one store.
package struct Governance: Sendable {
    package private(set) var store: Store
    let switches: Switches
    let secrets = Secrets()
    let tally = RefusalTally()
    /// Of the one call that is being answered.
    private(set) var precondition: Precondition?

    /// As they are now: an emulator changes them while it runs.
    package var settings: Settings { switches.settings }

    package init(_ engine: any Engine, entropy: any Entropy = SystemEntropy(), settings: Settings = Settings()) {
        let switches = Switches(settings)
        self.switches = switches
        store = Store(engine, entropy: entropy, settlers: Self.settlers(switches))
    }

    /// The same, for a call whose decisions hold only where its object is as it expects.
    package func expecting(_ precondition: Precondition) -> Governance {
        var governance = self
        governance.precondition = precondition
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

    /// What each kind's documents do when their time comes.
    private static func settlers(_ switches: Switches) -> [String: Store.Settler] {
        [
            Kinds.operationApprovalRequests.name: { unit, id in
                try await OperationApprovalRequests.settle(id, in: &unit, settings: switches.settings)
            }
        ]
    }
}
