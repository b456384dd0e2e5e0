package import Directory

/// The members of a group that decides nothing are changed by those who administer groups or who may change any, by its
/// owners, and by applications with the permission, which has been asked for before.
package enum GroupAdministration {
    package static func check(
        _ caller: Principal, roles: Set<String>, owners: some Sequence<Principal>
    ) throws(Refusal) {
        let administrators = DirectoryRoles.groupAdministrators.union(DirectoryRoles.protectedObjectAdministrators)
        guard caller.kind != .servicePrincipal, roles.isDisjoint(with: administrators), !owners.contains(caller) else {
            return
        }
        throw Refusal(
            .groupAdministration,
            "Changing the group's members needs the role Groups Administrator, User Administrator, Intune "
                + "Administrator or Global Administrator, or to own the group.")
    }
}

extension RefusalCode {
    package static let groupAdministration = RefusalCode(
        "groupAdministration", .forbidden, wire: (403, "Authorization_RequestDenied"), isRecorded: false)
}
