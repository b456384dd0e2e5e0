package import Approvals
package import Directory

/// Gated writes, access policies and the removal of ended requests need, besides the Graph permission, the role Intune
/// Administrator or Global Administrator of a user; for an application the permission is the right (product contract,
/// section 5).
package enum AdministratorRole {
    package static func check(_ caller: Principal, roles: Set<String>) throws(Refusal) {
        guard caller.kind != .servicePrincipal, roles.isDisjoint(with: DirectoryRoles.deviceAdministrators) else {
            return
        }
        throw Refusal(
            .administratorRole,
            "This operation needs the role Intune Administrator or Global Administrator, whatever the token's scopes.")
    }
}

extension RefusalCode {
    package static let administratorRole = RefusalCode("administratorRole", .forbidden)
}
