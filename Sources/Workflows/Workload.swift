package import Storage

/// Every kind of document in the house. Each workload declares its own in its folder, in an extension.
package enum Kinds {}

/// All that the house has to know of a workload. What it shows over HTTP is said elsewhere.
package struct Workload: Sendable {
    package let name: String
    package var kinds: [any AnyKind] = []
    /// What its documents do when their time comes.
    package var settlers: [Settler] = []
    package var work: [WorkCommand] = []
    /// What this release does once to documents of the release before, in this order.
    package var migrations: [Migration] = []
    package var settings: (any SettingsGroup.Type)?
    /// What an emulator can be seeded with.
    package var seeds: [SeedCollection] = []
    /// What the demo tenant holds of it, in this order.
    package var demo: [DemoStep] = []
    /// Everything that it writes into the log.
    package var activities: [AuditEntry.Activity] = []
    package var requests: [RequestKind] = []
    /// What `doctor` and the simulation look at besides what they look at in every workload.
    package var examiners: [Examiner] = []
    package var protectors: [GroupProtector] = []
    /// Faults that a test can plant in it.
    package var faults: [PlantedFault] = []

    package init(_ name: String) { self.name = name }
}

/// What a kind's documents do when their time comes; the documents' own command.
package struct Settler: Sendable {
    let kind: String
    let settle: @Sendable (inout UnitOfWork, _ id: String, Governance.Settings) async throws -> Void

    package init(
        _ kind: any AnyKind,
        _ settle: @escaping @Sendable (inout UnitOfWork, _ id: String, Governance.Settings) async throws -> Void
    ) {
        self.kind = kind.name
        self.settle = settle
    }
}

/// What the demo tenant is made with.
package enum DemoStep: Sendable {
    /// Puts documents, in the change set that creates the tenant.
    case documents(@Sendable (inout UnitOfWork) async throws -> Void)
    /// Gives a command afterwards, as people do.
    case command(@Sendable (Governance) async throws -> Void)
}

/// The workloads of a database, the house itself among them, and what follows from their list.
package struct Workloads: Sendable {
    package let list: [Workload]
    /// What an engine makes its tables from.
    package let catalog: Catalog

    /// - Precondition: no two workloads declare the same kind, activity, section of settings, seed, or work.
    package init(_ workloads: [Workload]) {
        list = [.house] + workloads
        let clashes = Self.clashes(in: list)
        precondition(clashes.isEmpty, clashes.joined(separator: "; "))
        catalog = Catalog(
            list.flatMap(\.kinds), events: Kinds.directoryAudits,
            eventTypes: Set(list.flatMap(\.activities).map(\.type)))
    }

    /// What is declared twice, in words.
    static func clashes(in list: [Workload]) -> [String] {
        let named: [(what: String, names: (Workload) -> [String])] = [
            ("workload", { [$0.name] }), ("kind", { $0.kinds.map(\.name) }),
            ("activity", { $0.activities.map(\.type) }),
            ("section of settings", { $0.settings.map { [$0.section] } ?? [] }), ("seed", { $0.seeds.map(\.name) }),
            ("work", { $0.work.map(\.name) }),
            ("migration", { $0.migrations.map(\.name) }), ("settler of", { $0.settlers.map(\.kind) }),
        ]
        return named.flatMap { what, names in
            Dictionary(grouping: list.flatMap(names), by: \.self).filter { $0.value.count > 1 }.keys.sorted()
                .map { "the \(what) '\($0)' is declared twice" }
        }
    }

    package var activities: [AuditEntry.Activity] { list.flatMap(\.activities) }
    package var settings: [any SettingsGroup.Type] { list.compactMap(\.settings) }
    package var requests: [RequestKind] { list.flatMap(\.requests) }
    package var faults: [PlantedFault] { list.flatMap(\.faults) }
    var seeds: [SeedCollection] { list.flatMap(\.seeds) }
    var examiners: [Examiner] { list.flatMap(\.examiners) }
    var protectors: [GroupProtector] { list.flatMap(\.protectors) }

    /// The settling commands by kind, with the settings that are in force when they run.
    func settlers(_ switches: Switches) -> [String: Store.Settler] {
        var settlers: [String: Store.Settler] = [:]
        for settler in list.flatMap(\.settlers) {
            settlers[settler.kind] = { unit, id in try await settler.settle(&unit, id, switches.settings) }
        }
        let commands = Dictionary(uniqueKeysWithValues: list.flatMap(\.work).map { ($0.name, $0) })
        settlers[Work.kind.name] = { unit, id in
            try await WorkCommand.run(id, of: commands, in: &unit, settings: switches.settings)
        }
        return settlers
    }
}
