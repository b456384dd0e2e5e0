package import EDM
internal import JSON
internal import OData

/// How a write that has run is answered.
enum Writes {
    /// The entity as it is now, or, where the client prefers less, nothing (OData 4.01 Protocol §8.2.8.7).
    /// - Parameter status: 201 for a new one, which then has a `Location`.
    static func entity(
        _ document: [UInt8], id: String, status: Int, _ shape: Shape?, _ call: Invocation
    ) async throws -> GraphResponse {
        let preference = Preferences(call.request.headers.all("Prefer")).returned
        var headers = GraphHeaders()
        if preference != .minimal { headers["Content-Type"] = Reads.contentType }
        if let preference { headers["Preference-Applied"] = "return=\(preference.rawValue)" }
        if status == 201 {
            let path = call.place.path(call.keys)
            let location = "\(call.service.publicURL)/\(call.version.rawValue)/\(path)/\(id)"
            headers["Location"] = location
            if preference == .minimal { headers["OData-EntityId"] = location }
        }
        guard preference != .minimal else { return GraphResponse(status: 204, headers: headers) }
        let body = try await shape?.shown(document, call) ?? document
        // A write of one entity has its key in the path, which the context leaves out.
        return GraphResponse(
            status: status, headers: headers,
            body: Reads.splice(
                context: "\(Contexts.resource(call))\(shape?.selection ?? "")/$entity", into: body))
    }
}

extension Invocation {
    /// The answer to a POST that made an entity of the bound set: 201 with it and where it is.
    package func created<Entity: EntityType>(_ document: Document<Entity>) async throws -> GraphResponse {
        try await Writes.entity(
            document.members.bytes, id: document.members["id"]?.string ?? "", status: 201, try Shape(of: self), self)
    }
}
