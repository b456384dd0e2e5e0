internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
package import Storage

/// The governance of a database's tenants: every command and every question, over one store.
package struct Governance: Sendable {
    package let store: Store
    package let settings: Settings
    let secrets = Secrets()
    let tally = RefusalTally()

    /// Switches of a deployment, with the documented defaults.
    package struct Settings: Sendable {
        /// How long an approval request stays open from its filing.
        package var requestLifetime: Duration = .hours(72)
        /// How long a terminal request stays visible.
        package var requestRetention: Duration = .days(30)
        /// Whether an application that is a direct member of an approver group may decide (security rule R13).
        package var appOnlyApproval = false
        /// Whether approve, reject and cancelApproval need a justification.
        package var decisionJustificationRequired = false

        package init() {}
    }

    package init(_ engine: any Engine, entropy: any Entropy = SystemEntropy(), settings: Settings = Settings()) {
        self.settings = settings
        store = Store(engine, entropy: entropy, settlers: Self.settlers(settings))
    }

    /// What each kind's documents do when their time comes.
    private static func settlers(_ settings: Settings) -> [String: Store.Settler] {
        [
            Kinds.operationApprovalRequests.name: { unit, id in
                try await OperationApprovalRequests.settle(id, in: &unit, settings: settings)
            }
        ]
    }
}
