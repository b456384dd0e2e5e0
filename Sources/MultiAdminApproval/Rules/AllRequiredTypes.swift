package import Approvals
package import EDM

/// An approver must be eligible under *every* policy that guards the operation: of each type that the request requires
/// (`requiredOperationApprovalPolicyTypes`), and of each policy of a type, whatever its platforms, so that a policy
/// added beside another brings nobody in who couldn't approve before. The same holds for the versions in force (R6),
/// where a type whose policies are gone asks for nothing more than the snapshot does.
package enum AllRequiredTypes {
    /// What the policies under which a request is filed ask for.
    package static func requirement(_ policies: [Document<PolicySnapshot>]) -> ApproverRequirement {
        var all: [[ApproverSet]] = []
        for policy in policies {
            let sets = policy.approverGroupIds.map { ApproverSet.members(ofGroup: $0.lowercased()) }
            if !all.contains(sets) { all.append(sets) }
        }
        return ApproverRequirement(allOf: all)
    }

    /// What the policies in force ask for now of a decider on a request of these types; nil where none is left.
    package static func inForce(
        _ policies: [Document<PolicySnapshot>], types: [OperationApprovalPolicyType]
    ) -> ApproverRequirement? {
        let relevant = policies.filter { types.contains($0.policyType) }
        return relevant.isEmpty ? nil : requirement(relevant)
    }
}
