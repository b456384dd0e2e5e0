internal import Directory
internal import EDM
internal import JSON
internal import Storage

extension Workload {
    /// Who there is: people, groups, applications, how they hang together, and who holds a role.
    package static let directory: Workload = {
        var workload = Workload("directory")
        workload.kinds = [Kinds.users, Kinds.groups, Kinds.servicePrincipals, Kinds.edges, Kinds.roleAssignments]
        workload.seeds = SeedCollection.directory
        workload.demo = [.documents(createDirectory)]
        workload.activities = [.addMember, .removeMember, .changeProtectedObject]
        workload.examiners = [.protectedChanges, .edges]
        workload.faults = [.lockoutAllowed, .protectedGroupOpen]
        return workload
    }()
}

extension AuditEntry.Activity {
    static let addMember = Self(
        "group.memberAdded", "Add member to group", category: "GroupManagement", alone: "members of groups")
    static let removeMember = Self(
        "group.memberRemoved", "Remove member from group", category: "GroupManagement", alone: "members of groups")
    /// A change of an object that decides who approves (rule R4), in the change's own words.
    static let changeProtectedObject = Self(
        "protectedObjectChanged", "Change group that approves", category: "GroupManagement",
        alone: "members of approver groups")
}

extension Examiner {
    /// Who changed a protected object held the role for it then.
    fileprivate static let protectedChanges = Examiner(
        "V29", "Who changed approver groups was allowed to", examines: [.changeProtectedObject]
    ) { examination in
        var found = Violations()
        for event in examination.events(of: .changeProtectedObject) {
            found.examine(
                event.stored.id,
                !event.principals("roles").isDisjoint(with: DirectoryRoles.protectedObjectAdministrators),
                "changed an approver group without the role")
        }
        return found
    }

    fileprivate static let edges = Examiner(
        "V31", "Every id that an edge names resolves in its own tenant"
    ) { examination in
        var found = Violations()
        var ids: Set<String> = []
        for kind in [Kinds.users.name, Kinds.groups.name, Kinds.servicePrincipals.name] {
            try await examination.each(kind) { ids.insert($0.row.key.id) }
        }
        try await examination.each(Kinds.edges.name) { row in
            let edge = try Document<DirectoryEdge>(json: JSONReader.read(row.row.document, limits: .stored))
            found.examine(
                row.row.key.description, ids.contains(edge.fromId) && ids.contains(edge.toId),
                "leads from or to nothing in this tenant")
        }
        return found
    }
}
