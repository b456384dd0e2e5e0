package import Approvals
package import EDM

/// No change leaves a policy that nobody could ever use or undo: somebody who isn't a party to the change must be able to
/// approve under it, and under a policy of the type `role` also to approve its own reversal (R11).
package enum NoLockout {
    /// Somebody who could approve under a policy after the change.
    package struct Candidate: Hashable, Sendable {
        /// A party to the change, or an account of one's person.
        package let isParty: Bool
        /// Holds Approval for Multi Admin Approval.
        package let mayApprovePolicies: Bool

        package init(isParty: Bool, mayApprovePolicies: Bool) {
            self.isParty = isParty
            self.mayApprovePolicies = mayApprovePolicies
        }
    }

    /// Whether one candidate is enough for a policy.
    package static func suffices(_ candidate: Candidate, for type: OperationApprovalPolicyType) -> Bool {
        !candidate.isParty && (type != .role || candidate.mayApprovePolicies)
    }

    package static func refusal(_ policy: Document<OperationApprovalPolicy>) -> Refusal {
        let who =
            policy.policyType == .role
            ? "nobody who may also approve its reversal" : "nobody who may approve"
        return Refusal(
            .noLockout,
            "This would leave the policy '\(policy.displayName)' (\(policy.id)) with \(who), besides the parties to this "
                + "change. Add an enabled member to one of its approver groups first.")
    }
}

extension RefusalCode {
    package static let noLockout = RefusalCode("noLockout", .conflict)
}
