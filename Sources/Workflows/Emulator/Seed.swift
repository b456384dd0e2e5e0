internal import Approvals
internal import Directory
internal import EDM
package import JSON
internal import MultiAdminApproval
internal import Storage

// What `POST seed` of the emulator stores: entities as they stand, without gate, right or approval.
extension Governance {
    /// Stores entities by collection, such as `{"users": [{"displayName": "Ann", …}], "groups": [{"members": [id, …]}]}`.
    ///
    /// An entity without an id gets one; one with the id of an existing entity replaces it. Beside their own properties,
    /// users take `manager` (an id), groups `members` and `owners`, service principals `owners` (ids): what they name
    /// replaces what there was, as written by the system now.
    /// - Returns: the ids by collection, in the order given.
    /// - Throws: `Invalid` that names what isn't understood; then nothing is stored.
    package func seed(_ order: JSONObject, in tenant: String) async throws -> JSONObject {
        var plan: [(collection: SeedCollection, name: String, entities: [JSONObject])] = []
        for (name, value) in order.members {
            guard let collection = SeedCollection.named(name) else {
                throw Invalid(
                    path: name,
                    reason: "can't be seeded. Known are: \(SeedCollection.all.map(\.name).joined(separator: ", ")).")
            }
            guard let elements = value.array, elements.allSatisfy({ $0.object != nil }) else {
                throw Invalid(path: name, reason: "must be an array of entities.")
            }
            plan.append((collection, name, elements.compactMap(\.object)))
        }
        return try await store.decide(in: tenant) { unit in
            var ids = JSONObject()
            for (collection, name, entities) in plan {
                var stored: [String] = []
                for (index, entity) in entities.enumerated() {
                    var entity = entity
                    do {
                        if let given = entity["id"], given.string?.isEmpty ?? true {
                            throw Invalid(path: "id", reason: "must be a text that isn't empty.")
                        }
                        for links in ["members", "owners"] where entity[links].map({ $0.array == nil }) ?? false {
                            throw Invalid(path: links, reason: "must be a list of ids.")
                        }
                    } catch let error as Invalid { throw error.inside(index: index).inside(name) }
                    let id = (entity["id"]?.string ?? unit.newRandomID()).lowercased()
                    entity["id"] = .string(id)
                    do { try await collection.put(entity, id, &unit) } catch let error as Invalid {
                        throw error.inside(index: index).inside(name)
                    } catch StorageError.corrupt(_, let reason) {
                        throw Invalid(path: "\(name)[\(index)]", reason: "can't be stored: \(reason)")
                    } catch let refusal as Refusal {
                        throw Invalid(path: "\(name)[\(index)]", reason: refusal.reason)
                    }
                    stored.append(id)
                }
                ids[name] = stored.json
            }
            let seeded = ids.members.flatMap { $0.value.array ?? [] }
            try unit.record(
                Event(
                    "emulator.seeded", subject: nil, actor: Principal.system.text, facts: ["ids": .array(seeded)],
                    audit: Audit.system("Seed entities", category: "Emulator")))
            return ids
        }
    }
}

/// A collection that can be seeded.
private struct SeedCollection: Sendable {
    let name: String
    let put: @Sendable (JSONObject, String, inout UnitOfWork) async throws -> Void

    /// By its last segment; a path before it is tolerated.
    static func named(_ name: String) -> SeedCollection? {
        let last = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        return all.first { $0.name.lowercased() == last }
    }

    static let all =
        [
            SeedCollection(name: "users") { entity, id, unit in
                let now = unit.now
                try await put(
                    entity, id, Kinds.users,
                    [
                        "accountEnabled": true, "userType": "Member", "createdDateTime": now.json,
                        "displayName": entity["userPrincipalName"] ?? .string(id),
                        "userPrincipalName": .string("\(id)@\(DemoTenant.domain)"),
                    ], apart: ["manager"], &unit)
                if let manager = entity["manager"] {
                    try await unit.replaceEdges(.manager, to: id, from: manager.isNull ? [] : [manager], "manager")
                }
            },
            SeedCollection(name: "groups") { entity, id, unit in
                let now = unit.now
                try await put(
                    entity, id, Kinds.groups,
                    [
                        "displayName": .string(id), "mailEnabled": false, "securityEnabled": true, "groupTypes": [],
                        "createdDateTime": now.json,
                    ], apart: ["members", "owners"], &unit)
                try await unit.replaceEdges(.member, to: id, from: entity["members"]?.array, "members")
                try await unit.replaceEdges(.owner, to: id, from: entity["owners"]?.array, "owners")
            },
            SeedCollection(name: "servicePrincipals") { entity, id, unit in
                try await put(
                    entity, id, Kinds.servicePrincipals,
                    ["appId": .string(id), "displayName": .string(id), "accountEnabled": true], apart: ["owners"], &unit
                )
                try await unit.replaceEdges(.owner, to: id, from: entity["owners"]?.array, "owners")
            },
            SeedCollection(name: "roleAssignments") { entity, id, unit in
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
            SeedCollection(name: "managedDevices") { entity, id, unit in
                try await put(
                    entity, id, Kinds.managedDevices,
                    ["deviceName": .string(id), "managementState": "managed", "deviceActionResults": []], &unit)
            },
            SeedCollection(name: "operationApprovalPolicies") { entity, id, unit in
                try await OperationApprovalPolicies.seed(entity, id: id, in: &unit)
            },
        ]
        + GatedCollection.all.map { collection in
            SeedCollection(name: collection.name) { entity, id, unit in
                let now = unit.now
                try await put(
                    entity, id, collection.kind, ["createdDateTime": now.json, "lastModifiedDateTime": now.json], &unit)
            }
        }

    /// Puts an entity in place of what there is, with defaults for what it leaves out.
    private static func put<Entity: EntityType>(
        _ entity: JSONObject, _ id: String, _ kind: Kind<Entity>, _ defaults: JSONObject, apart links: [String] = [],
        _ unit: inout UnitOfWork
    ) async throws {
        var members = JSONObject()
        if Entity.namesItsType { members["@odata.type"] = .string("#microsoft.graph.\(Entity.edmName)") }
        for member in entity.members where !links.contains(member.name) {
            members[Entity.property(named: member.name)?.name ?? member.name] = member.value
        }
        for member in defaults.members where members[member.name] == nil { members[member.name] = member.value }
        let document = try Document<Entity>(members)
        if var stored = try await unit.get(kind, id) {
            stored.document = document
            try unit.put(stored)
        } else {
            try unit.put(Stored(kind, id: id, document))
        }
    }
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
            let key = "\(relation.rawValue):\(id):\(from)"
            guard try await get(Kinds.edges, key) == nil else { continue }
            guard let end = try await self.end(from) else {
                throw Invalid(
                    path: name,
                    reason: "names \(from), and no object has this id. Seed it before, or in an earlier collection.")
            }
            let now = now
            try put(
                Stored(
                    Kinds.edges, id: key,
                    try Document {
                        $0.id = key
                        $0.relation = relation
                        $0.toId = id
                        $0.fromId = from
                        $0.fromKind = end
                        $0.writtenBy = Principal.system.text
                        $0.writtenAt = now
                    }))
        }
    }
}
