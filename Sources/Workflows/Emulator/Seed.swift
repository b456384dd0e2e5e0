internal import Approvals
package import EDM
package import JSON
package import Storage

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
            guard let collection = workloads.seed(named: name) else {
                throw Invalid(
                    path: name,
                    reason: "can't be seeded. Known are: \(workloads.seeds.map(\.name).joined(separator: ", ")).")
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
            var entry = AuditEntry(.seed, subject: nil)
            entry.facts["ids"] = .array(seeded)
            try unit.record(entry.event)
            return ids
        }
    }
}

/// A collection of a workload that can be seeded.
package struct SeedCollection: Sendable {
    package let name: String
    let put: @Sendable (JSONObject, String, inout UnitOfWork) async throws -> Void

    /// - Parameter put: stores an entity under an id, which it bears.
    package init(_ name: String, put: @escaping @Sendable (JSONObject, String, inout UnitOfWork) async throws -> Void) {
        self.name = name
        self.put = put
    }

    /// Puts an entity in place of what there is, with defaults for what it leaves out.
    package static func put<Entity: EntityType>(
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

extension Workloads {
    /// A collection by its last segment; a path before it is tolerated.
    fileprivate func seed(named name: String) -> SeedCollection? {
        let last = name.split(separator: "/").last.map { $0.lowercased() } ?? ""
        return seeds.first { $0.name.lowercased() == last }
    }
}
