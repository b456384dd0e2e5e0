package import Directory
internal import EDM
package import Storage

extension Kinds {
    /// Accounts of one person are found by `employeeId` (security rule R1).
    package static let employeeIds = Index<User>("user.employeeId", guarded: true) { user, _ in
        user.employeeId.map { [$0] } ?? []
    }
    package static let users = Kind<User>(
        "user", columns: ["displayName", "userPrincipalName"],
        orderings: [["displayName"], ["userPrincipalName"]], indexes: [employeeIds], canBeStoodOn: true)
    package static let groups = Kind<Group>(
        "group", columns: ["displayName"], orderings: [["displayName"]], canBeStoodOn: true)
    package static let appIds = Index<ServicePrincipal>("servicePrincipal.appId", guarded: true) { app, _ in [app.appId]
    }
    package static let servicePrincipals = Kind<ServicePrincipal>(
        "servicePrincipal", columns: ["displayName", "appId"], orderings: [["displayName"], ["appId"]],
        indexes: [appIds],
        canBeStoodOn: true)

    /// Who is reached from an object: a user's groups, the applications it owns.
    package static let edgesFrom = Index<DirectoryEdge>("edge.from", guarded: true) { edge, _ in
        [Kinds.edge(edge.relation, edge.fromId)]
    }
    /// Who leads to an object: a group's members, an application's owners and credential creators.
    package static let edgesTo = Index<DirectoryEdge>("edge.to", guarded: true) { edge, _ in
        [Kinds.edge(edge.relation, edge.toId)]
    }
    /// How both write an end of an edge.
    package static func edge(_ relation: EdgeRelation, _ id: String) -> String { "\(relation.rawValue):\(id)" }
    package static let edges = Kind<DirectoryEdge>(
        "edge", columns: ["relation", "toId", "fromId"],
        orderings: [["relation", "toId", "fromId"], ["relation", "fromId", "toId"]], indexes: [edgesFrom, edgesTo])

    package static let rolesOf = Index<UnifiedRoleAssignment>("roleAssignment.principal", guarded: true) {
        assignment, _ in
        [assignment.principalId]
    }
    package static let roleAssignments = Kind<UnifiedRoleAssignment>(
        "roleAssignment", columns: ["principalId", "roleDefinitionId"],
        orderings: [["principalId"], ["roleDefinitionId"]], indexes: [rolesOf], canBeStoodOn: true)
}
