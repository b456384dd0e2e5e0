internal import Directory
internal import EDM
internal import JSON
internal import Storage
internal import Workflows

// Permission rows: Microsoft Graph permissions/new/permissions.json of 2026-08-07 for /users, /groups and
// /auditLogs/directoryAudits, without the narrow rows (User.ReadWrite, *.OwnedBy …) that mean less than the whole set.
extension EntitySet {
    private static let readUsers = [
        "User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All",
    ]
    private static let readGroups = [
        "GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ]

    static let users = EntitySet(
        "users", Kinds.users, versions: [.v1, .beta], order: [Query.Order(Field(path: ["displayName"], type: .text))],
        list: Access(delegated: readUsers, application: readUsers),
        visibility: { _ in .all }, isDirectory: true, alternateKey: "userPrincipalName",
        navigations: [
            NavigationBinding(
                name: "memberOf", access: Access(delegated: readGroups, application: readGroups),
                context: "directoryObjects",
                isCollection: true,
                elements: .documents { call, id in
                    try await edges(call, Field(path: ["fromId"], type: .text), id)
                        .map { Key(Kinds.groups.name, $0.toId) }
                })
        ])

    /// `/me` is one's own entity, for which `User.Read` suffices.
    static let me = EntitySet(
        "users", Kinds.users, versions: [.v1, .beta],
        list: Access(delegated: ["User.Read", "User.ReadWrite"] + readUsers, application: []),
        visibility: { .union([.column(Field.id, in: [.text($0.caller.principal.id)])]) }, isDirectory: true,
        navigations: users.navigations)

    static let groups = EntitySet(
        "groups", Kinds.groups, versions: [.v1, .beta], order: [Query.Order(Field(path: ["displayName"], type: .text))],
        list: Access(delegated: readGroups, application: readGroups), visibility: { _ in .all }, isDirectory: true,
        navigations: [
            NavigationBinding(
                name: "members", access: Access(delegated: readGroups, application: readGroups),
                context: "directoryObjects",
                isCollection: true,
                elements: .documents { call, id in
                    try await edges(call, Field(path: ["toId"], type: .text), id)
                        .map { Key($0.fromKind.kind, $0.fromId) }
                },
                link: LinkBinding(
                    access: Access("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"),
                    add: { try await $0.governance.addMember($2, toGroup: $1, as: $0.caller) },
                    remove: { try await $0.governance.removeMember($2, fromGroup: $1, as: $0.caller) }))
        ])

    static let directoryAudits = EntitySet(
        "auditLogs/directoryAudits", Kinds.directoryAudits, versions: [.v1, .beta],
        order: [Query.Order(Field(path: ["activityDateTime"], type: .instant), descending: true)],
        list: Access("AuditLog.Read.All"),
        visibility: { try await $0.facts().logVisibility }, isDirectory: true)

    /// Memberships in force on one side of an edge.
    private static func edges(_ call: Invocation, _ side: Field, _ id: String) async throws -> [Document<DirectoryEdge>]
    {
        let now = try await call.governance.store.now()
        let query = Query(
            Kinds.edges, tenant: call.caller.tenant, visibility: .all,
            filter: .and([
                .compare(Field(path: ["relation"], type: .text), .equal, .text(EdgeRelation.member.rawValue)),
                .compare(side, .equal, .text(id)),
            ]), limit: 10_000)
        return try await call.governance.store.read(query)
            .map { try Document<DirectoryEdge>(json: JSONReader.read($0.document, limits: .stored)) }
            .filter { $0.endsAt.map { now < $0 } ?? true }
    }
}

extension EdgeEnd {
    /// The stored kind of an edge's end.
    var kind: String {
        switch self {
        case .user: Kinds.users.name
        case .group: Kinds.groups.name
        case .servicePrincipal: Kinds.servicePrincipals.name
        }
    }
}
