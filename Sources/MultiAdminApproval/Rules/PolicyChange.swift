package import Approvals
package import EDM

/// Creating, changing and deleting an access policy is approved by somebody who holds Approval for Multi Admin
/// Approval; for change and delete that person must also be an approver under the policy as it was when the change was
/// filed. Membership in a group that only the new version names authorises nothing (R6).
package enum PolicyChange {
    /// - Parameters:
    ///   - roles: the roles that carry the permission.
    ///   - policy: the policy as it is at filing; nil for a create.
    package static func requirement(
        approvalRoles roles: [String], changing policy: Document<PolicySnapshot>?
    ) -> ApproverRequirement {
        let permission = ApproverRequirement(anyOf: roles.map { .holders(ofRole: $0) })
        guard let policy else { return permission }
        return permission.and(AllRequiredTypes.requirement([policy]))
    }
}
