internal import Directory

/// A group that decides who approves, and any group nested in it, is changed by Privileged Role Administrators and Global
/// Administrators only: whoever chose the approvers could approve (R4).
package enum ProtectedGroup {
    /// - Parameters:
    ///   - isProtected: whether something names the group, or a group in which it lies, as its approvers.
    ///   - roles: those of whoever changes it.
    package static func check(isProtected: Bool, roles: Set<String>) throws(Refusal) {
        guard isProtected, roles.isDisjoint(with: DirectoryRoles.protectedObjectAdministrators) else { return }
        throw Refusal(
            .protectedGroup,
            "The group is an approver group of an access policy, or nested in one. Changing its members needs "
                + "the role Privileged Role Administrator or Global Administrator.")
    }
}

extension RefusalCode {
    package static let protectedGroup = RefusalCode(
        "protectedGroup", .forbidden, wire: (403, "Authorization_RequestDenied"), isRecorded: false)
}
