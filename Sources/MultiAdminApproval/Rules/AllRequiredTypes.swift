package import Approvals
package import EDM

/// An approver must be eligible for *every* policy type that the request requires; for one type, the groups of its
/// policies are united (multi-admin-approval.md §3.4). The same holds for the versions in force (R6), where a type
/// whose policies are gone asks for nothing more than the snapshot does.
package enum AllRequiredTypes {
    /// What the policies under which a request is filed ask for.
    package static func requirement(_ policies: [Document<PolicySnapshot>]) -> ApproverRequirement {
        var types: [OperationApprovalPolicyType] = []
        for policy in policies where !types.contains(policy.policyType) { types.append(policy.policyType) }
        return ApproverRequirement(
            allOf: types.map { type in
                var groups: [String] = []
                for group in policies.filter({ $0.policyType == type }).flatMap(\.approverGroupIds)
                where !groups.contains(group) { groups.append(group) }
                return groups.map { .members(ofGroup: $0.lowercased()) }
            })
    }

    /// What the policies in force ask for now of a decider on a request of these types; nil where none is left.
    package static func inForce(
        _ policies: [Document<PolicySnapshot>], types: [OperationApprovalPolicyType]
    ) -> ApproverRequirement? {
        let relevant = policies.filter { types.contains($0.policyType) }
        return relevant.isEmpty ? nil : requirement(relevant)
    }
}
