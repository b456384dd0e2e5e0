/// Built-in directory roles by template id (Microsoft Entra built-in roles), as far as rights here depend on them.
package enum DirectoryRoles {
    package static let globalAdministrator = "62e90394-69f5-4237-9190-012177145e10"
    package static let globalReader = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
    package static let intuneAdministrator = "3a2c62db-5318-420d-8d74-23affee5d9d5"
    package static let privilegedRoleAdministrator = "e8611ab8-c189-46e8-94e1-60213ab1f814"

    package static let userAdministrator = "fe930be7-5e62-47db-91af-98c3a49a38b1"
    package static let groupsAdministrator = "fdd7a751-b60b-444a-984c-02652fe8fa1c"

    /// A role as people know it; its id where this server gives it no meaning.
    package static func name(of role: String) -> String {
        switch role {
        case globalAdministrator: "Global Administrator"
        case globalReader: "Global Reader"
        case intuneAdministrator: "Intune Administrator"
        case privilegedRoleAdministrator: "Privileged Role Administrator"
        case userAdministrator: "User Administrator"
        case groupsAdministrator: "Groups Administrator"
        default: role
        }
    }

    /// Gated writes and access policies need one of these besides the Graph permission.
    package static let deviceAdministrators: Set = [globalAdministrator, intuneAdministrator]
    /// These change who approves: members of approver groups (security rule R4).
    package static let protectedObjectAdministrators: Set = [globalAdministrator, privilegedRoleAdministrator]
    /// These change the members of other groups.
    package static let groupAdministrators: Set = [
        globalAdministrator, intuneAdministrator, userAdministrator, groupsAdministrator,
    ]
    /// These read every request, policy and audit entry.
    package static let readers: Set = [globalAdministrator, intuneAdministrator, globalReader]
}
