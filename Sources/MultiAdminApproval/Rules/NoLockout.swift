package import Approvals
package import Directory
package import EDM

/// No change leaves a policy that nobody could ever use or undo: somebody who isn't a party to the change must be able to
/// approve under it, and under a policy of the type `role` also to approve its own reversal (R11).
package enum NoLockout {
    /// Somebody in an approver group after the change.
    package struct Candidate: Hashable, Sendable {
        package let account: Decider
        /// Everybody who can act as the candidate, itself included.
        package let controllers: Set<Principal>
        package let roles: Set<String>

        package init(_ account: Decider, controllers: Set<Principal>, roles: Set<String>) {
            self.account = account
            self.controllers = controllers
            self.roles = roles
        }

        /// Holds Approval for Multi Admin Approval.
        var mayApprovePolicies: Bool { !roles.isDisjoint(with: DirectoryRoles.deviceAdministrators) }
    }

    /// Whether one candidate is enough for a policy.
    ///
    /// - Parameter parties: everybody with a stake in the change.
    package static func suffices(
        _ candidate: Candidate, for type: OperationApprovalPolicyType, besides parties: Set<Principal>
    ) -> Bool {
        ActiveApprover.counts(candidate.account) && candidate.controllers.isDisjoint(with: parties)
            && (type != .role || candidate.mayApprovePolicies)
    }

    package static func check(
        _ policy: Document<OperationApprovalPolicy>, candidates: [Candidate], besides parties: Set<Principal>
    ) throws(Refusal) {
        let type = policy.policyType
        guard !candidates.contains(where: { suffices($0, for: type, besides: parties) }) else { return }
        let who = type == .role ? "nobody who may also approve its reversal" : "nobody who may approve"
        throw Refusal(
            .noLockout,
            "This would leave the policy '\(policy.displayName)' (\(policy.id)) with \(who), besides the parties to this "
                + "change. Add an enabled member to one of its approver groups first.")
    }
}

extension RefusalCode {
    package static let noLockout = RefusalCode("noLockout", .conflict)
}
