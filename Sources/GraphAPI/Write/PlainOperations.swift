package import EDM
internal import JSON
internal import OData
package import Workflows

/// The writes of a plain resource: what its entity type declares is what is checked.
extension Operation {
    /// POST, PATCH and DELETE of a set's entities.
    package static func plain<Entity>(_ writes: PlainWrites<Entity>, replaces: Bool = false) -> [Operation] {
        [create(writes), update(writes, replaces ? "PUT" : "PATCH"), delete(writes)]
    }

    /// POST to a set: 201 with the entity and where it is.
    package static func create<Entity>(_ writes: PlainWrites<Entity>) -> Operation {
        Operation("POST", on: .resource) { call in
            let shape = try Shape(of: call)
            try Reads.refuse(call.query, but: [.select, .expand])
            if call.resource.parent != nil { try await Reads.checkParents(call, isList: true) }
            let document = try await call.governance.create(
                writes, try call.object(), call.reader, parent: call.parent(isList: true), as: call.caller)
            return try await Writes.entity(
                document.members.bytes, id: document.members["id"]?.string ?? "", status: 201, shape, call)
        }
    }

    /// PATCH (or PUT) of an entity: 200 with it as it is now.
    package static func update<Entity>(_ writes: PlainWrites<Entity>, _ method: String = "PATCH") -> Operation {
        Operation(method, on: .entity) { call in try await change(writes, call, replacing: method == "PUT") }
    }

    /// PATCH of a singleton.
    package static func updateSingleton<Entity>(_ writes: PlainWrites<Entity>) -> Operation {
        Operation("PATCH", on: .resource) { call in try await change(writes, call, replacing: false) }
    }

    private static func change<Entity>(
        _ writes: PlainWrites<Entity>, _ call: Invocation, replacing: Bool
    ) async throws -> GraphResponse {
        let shape = try Shape(of: call)
        try Reads.refuse(call.query, but: [.select, .expand])
        if call.resource.parent != nil { try await Reads.checkParents(call, isList: false) }
        let id = call.id ?? ""
        let document = try await call.governance.update(
            writes, id, try call.object(), call.reader, replacing: replacing, parent: call.parent(isList: false),
            as: call.caller)
        return try await Writes.entity(document.members.bytes, id: id, status: 200, shape, call)
    }

    /// DELETE of an entity: 204.
    package static func delete<Entity>(_ writes: PlainWrites<Entity>) -> Operation {
        Operation("DELETE", on: .entity) { call in
            try Reads.refuse(call.query, but: [])
            if call.resource.parent != nil { try await Reads.checkParents(call, isList: false) }
            try await call.governance.delete(
                writes, call.id ?? "", parent: call.parent(isList: false), as: call.caller)
            return GraphResponse(status: 204)
        }
    }
}

extension Invocation {
    /// How bodies are read: in the spelling of the call's version.
    package var reader: BodyReader { BodyReader(in: version.graph) }

    /// Of a contained entity: the property that holds the key of what contains it, with that key.
    fileprivate func parent(isList: Bool) -> (name: String, key: String)? {
        guard let name = resource.parent else { return nil }
        return (name, (isList ? keys.last : keys.dropLast().last) ?? "")
    }
}
