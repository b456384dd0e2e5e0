internal import Directory
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

extension Surface {
    /// Users, groups and the log.
    package static let directory = Surface(
        .directory, permissions: directoryPermissions, [users, me, groups, .container("auditLogs", [directoryAudits])])

    // Microsoft Graph permissions/new/permissions.json of 2026-08-07 for /users, /groups and /auditLogs/directoryAudits, without
    // the narrow rows (User.ReadWrite, *.OwnedBy …) that mean less than the whole set.
    private static let directoryPermissions = PermissionTable(
        """
        GET /users /users/{id}
            User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All
        GET /me
            User.Read User.ReadWrite User.Read.All User.ReadWrite.All Directory.Read.All Directory.ReadWrite.All | -
        GET /me/memberOf
            User.Read GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All
            Directory.ReadWrite.All | -
        GET /users/{id}/memberOf /groups /groups/{id} /groups/{id}/members
            GroupMember.Read.All GroupMember.ReadWrite.All Group.Read.All Group.ReadWrite.All Directory.Read.All
            Directory.ReadWrite.All
        POST /groups/{id}/members/$ref
            GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All
        DELETE /groups/{id}/members/{id}/$ref
            GroupMember.ReadWrite.All Group.ReadWrite.All Directory.ReadWrite.All
        GET /auditLogs/directoryAudits /auditLogs/directoryAudits/{id}
            AuditLog.Read.All Directory.Read.All
        """)

    private static let byName = [Query.Order(Field(path: ["displayName"], type: .text))]

    private static let users = Resource.set(
        "users", Kinds.users, versions: .graph, order: byName, visibility: { _ in .all },
        alternateKey: "userPrincipalName", members: .user, relations: [memberOf])

    /// `/me` is one's own entity, for which `User.Read` suffices.
    private static let me = Resource.singleton(
        "me", Kinds.users, contextPath: "users",
        visibility: { .union([.column(Field.id, in: [.text($0.caller.principal.id)])]) }, members: .user,
        relations: [memberOf]
    ) { caller in
        guard !caller.isApplication else {
            throw ODataError.badRequest("/me request is only valid with delegated authentication flow.")
        }
        return caller.principal.id
    }

    private static let memberOf = Relation.documents(
        "memberOf", casts: [Group.self], emptyCasts: ["administrativeUnit", "directoryRole"],
        context: "directoryObjects"
    ) { call, from in
        try await edges(call, Field(path: ["fromId"], type: .text), from.id).map { Key(Kinds.groups.name, $0.toId) }
    }

    private static let groups = Resource.set(
        "groups", Kinds.groups, versions: .graph, order: byName, visibility: { _ in .all }, members: .group,
        relations: [
            .documents(
                "members", casts: [User.self, Group.self, ServicePrincipal.self],
                emptyCasts: ["application", "device", "orgContact"], context: "directoryObjects",
                links: Relation.Links(
                    into: ["directoryObjects", "users", "groups"],
                    add: { try await $0.governance.addMember($2, toGroup: $1, as: $0.caller) },
                    remove: { try await $0.governance.removeMember($2, fromGroup: $1, as: $0.caller) })
            ) { call, from in
                try await edges(call, Field(path: ["toId"], type: .text), from.id)
                    .map { Key($0.fromKind.kind, $0.fromId) }
            }
        ])

    private static let directoryAudits = Resource.set(
        "directoryAudits", Kinds.directoryAudits, versions: .graph,
        order: [Query.Order(Field(path: ["activityDateTime"], type: .instant), descending: true)],
        visibility: { try await $0.facts().logVisibility })

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
