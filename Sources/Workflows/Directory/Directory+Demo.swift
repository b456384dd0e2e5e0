internal import Directory
internal import EDM
internal import Storage

extension DemoTenant {
    /// Everybody by short name, with the manager and what they may do.
    static let people: [(name: String, manager: String?, roles: [String])] = [
        ("alice", "erin", [DirectoryRoles.intuneAdministrator]),
        ("bob", "erin", [DirectoryRoles.intuneAdministrator]),
        ("carol", "erin", []),
        ("dave", "alice", []),
        ("erin", nil, [DirectoryRoles.globalAdministrator, DirectoryRoles.privilegedRoleAdministrator]),
        ("frank", "erin", [DirectoryRoles.globalReader]),
        ("grace", "erin", []),
        ("heidi", nil, []),
    ]

    static let groups: [(name: String, members: [String])] = [
        ("operation-approvers", ["bob", "carol"]),
        ("role-approvers", ["bob", "erin"]),
        ("finance-readers", []), ("sales-tools", []), ("finance-auditors", []), ("partners", []),
        ("employees", ["alice", "bob", "carol", "dave", "erin", "frank", "grace"]),
    ]

    static func principalName(_ name: String) -> String {
        name == "heidi" ? "heidi@partner.example" : "\(name)@\(domain)"
    }

    /// `finance-readers` → "Finance readers".
    static func title(_ name: String) -> String {
        let words = name.split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

extension Workload {
    /// The demo tenant's people, groups and application.
    static func createDirectory(in unit: inout UnitOfWork) throws {
        let now = unit.now
        for person in DemoTenant.people {
            let id = DemoTenant.id("users/\(person.name)")
            let principalName = DemoTenant.principalName(person.name)
            try unit.put(
                Stored(
                    Kinds.users, id: id,
                    try Document {
                        $0.id = id
                        $0.accountEnabled = true
                        $0.displayName = DemoTenant.title(person.name)
                        $0.userPrincipalName = principalName
                        $0.mail = principalName
                        $0.userType = person.name == "heidi" ? "Guest" : "Member"
                        $0.createdDateTime = now
                    }))
            if let manager = person.manager {
                try unit.put(
                    Stored(
                        .manager, to: id, from: DemoTenant.id("users/\(manager)"), .user, writtenBy: .system, at: now))
            }
            for role in person.roles {
                let assignment = DemoTenant.id("roleAssignments/\(person.name)/\(role)")
                try unit.put(
                    Stored(
                        try Document {
                            $0.id = assignment
                            $0.principalId = id
                            $0.roleDefinitionId = role
                            $0.directoryScopeId = "/"
                        }, writtenBy: .system, at: now))
            }
        }
        for group in DemoTenant.groups {
            let id = DemoTenant.id("groups/\(group.name)")
            try unit.put(
                Stored(
                    Kinds.groups, id: id,
                    try Document {
                        $0.id = id
                        $0.displayName = DemoTenant.title(group.name)
                        $0.mailEnabled = false
                        $0.securityEnabled = true
                        $0.createdDateTime = now
                    }))
            for member in group.members {
                try unit.put(
                    Stored(.member, to: id, from: DemoTenant.id("users/\(member)"), .user, writtenBy: .system, at: now))
            }
        }
        let automation = DemoTenant.id("servicePrincipals/automation")
        try unit.put(
            Stored(
                Kinds.servicePrincipals, id: automation,
                try Document {
                    $0.id = automation
                    $0.appId = DemoTenant.id("applications/automation")
                    $0.displayName = "Automation"
                    $0.accountEnabled = true
                }))
        try unit.put(
            Stored(.owner, to: automation, from: DemoTenant.id("users/bob"), .user, writtenBy: .system, at: now))
    }
}
