internal import Directory
internal import EDM
internal import JSON
internal import Storage

extension SeedCollection {
    /// People, groups, applications and who holds a role.
    static let directory: [SeedCollection] =
        [
            SeedCollection("users") { entity, id, unit in
                let tenant = try await unit.get(Kinds.tenants, unit.tenant)
                let domain = tenant?.document.defaultDomain ?? DemoTenant.domain
                let now = unit.now
                try await SeedCollection.put(
                    entity, id, Kinds.users,
                    [
                        "accountEnabled": true, "userType": "Member", "createdDateTime": now.json,
                        "displayName": entity["userPrincipalName"] ?? .string(id),
                        "userPrincipalName": .string("\(id)@\(domain)"),
                    ], apart: ["manager"], &unit)
                if let manager = entity["manager"] {
                    try await unit.replaceEdges(.manager, to: id, from: manager.isNull ? [] : [manager], "manager")
                }
            },
            SeedCollection("groups") { entity, id, unit in
                let now = unit.now
                try await SeedCollection.put(
                    entity, id, Kinds.groups,
                    [
                        "displayName": .string(id), "mailEnabled": false, "securityEnabled": true, "groupTypes": [],
                        "createdDateTime": now.json,
                    ], apart: ["members", "owners"], &unit)
                try await unit.replaceEdges(.member, to: id, from: entity["members"]?.array, "members")
                try await unit.replaceEdges(.owner, to: id, from: entity["owners"]?.array, "owners")
            },
            SeedCollection("servicePrincipals") { entity, id, unit in
                try await SeedCollection.put(
                    entity, id, Kinds.servicePrincipals,
                    ["appId": .string(id), "displayName": .string(id), "accountEnabled": true], apart: ["owners"], &unit
                )
                try await unit.replaceEdges(.owner, to: id, from: entity["owners"]?.array, "owners")
            },
            SeedCollection("roleAssignments") { entity, id, unit in
                var entity = entity
                if entity["directoryScopeId"] == nil { entity["directoryScopeId"] = "/" }
                let now = unit.now
                let assignment = try Document<UnifiedRoleAssignment>(entity)
                guard try await unit.end(assignment.principalId) != nil else {
                    throw Invalid(
                        path: "principalId",
                        reason:
                            "names \(assignment.principalId), which doesn't exist. Seed it before, or in an earlier collection."
                    )
                }
                var stored = Stored(assignment, writtenBy: .system, at: now)
                if var old = try await unit.get(Kinds.roleAssignments, id) {
                    old.document = stored.document
                    stored = old
                }
                try unit.put(stored)
            },
        ]
}

extension UnitOfWork {
    /// Puts the edges of one relation to an object in place of those there are.
    /// - Parameter sources: ids; nil leaves everything as it is.
    fileprivate mutating func replaceEdges(
        _ relation: EdgeRelation, to id: String, from sources: [JSONValue]?, _ name: String
    ) async throws {
        guard let sources else { return }
        let wanted = try sources.map { source -> String in
            guard let from = (source.object?["id"] ?? source).string else {
                throw Invalid(path: name, reason: "must hold ids of users, groups or applications.")
            }
            return from.lowercased()
        }
        for edge in try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(relation, id))
        where !wanted.contains(edge.document.fromId) {
            delete(edge)
        }
        for from in Set(wanted).sorted() {
            guard try await get(Kinds.edges, Kinds.edgeID(relation, to: id, from: from)) == nil else { continue }
            guard let end = try await self.end(from) else {
                throw Invalid(
                    path: name,
                    reason: "names \(from), and no object has this id. Seed it before, or in an earlier collection.")
            }
            try put(Stored(relation, to: id, from: from, end, writtenBy: .system, at: now))
        }
    }
}
