internal import EDM
internal import JSON
internal import OData

// Links of a relationship (OData 4.01 Protocol §11.4.6): POST …/$ref adds one, DELETE …/{key}/$ref removes one.
extension Relation.Links {
    /// POST …/$ref with `{"@odata.id": "URL"}`.
    var addNamed: Operation.Run {
        { call in
            guard let reference = try call.object()["@odata.id"]?.string, !reference.isEmpty else {
                throw Invalid(
                    path: "@odata.id",
                    reason: "is required: the URL of the object, such as …/v1.0/directoryObjects/{id}.")
            }
            try await add(call, call.id ?? "", try EntityReference(reference, into: sets, call).key)
            return GraphResponse(status: 204)
        }
    }

    /// DELETE …/$ref?$id=URL, which SDKs write as @id, names the link in the query (OData 4.01 Protocol §11.4.6.2).
    var removeNamed: Operation.Run {
        { call in
            guard let url = call.query.entityId ?? call.query.custom.first(where: { $0.name == "@id" })?.value else {
                throw ODataError.badRequest("Name the link that ends: …/$ref?@id=URL, or …/ID/$ref.")
            }
            try await remove(call, call.id ?? "", try EntityReference(url, into: sets, call).key)
            return GraphResponse(status: 204)
        }
    }

    /// DELETE …/{key}/$ref.
    var removeKeyed: Operation.Run {
        { call in
            try await remove(call, call.keys.dropLast().last ?? "", call.id ?? "")
            return GraphResponse(status: 204)
        }
    }
}

/// The URL of an entity in a body or a query: absolute, as clients of Graph write it, or relative. It is read and never
/// fetched.
struct EntityReference {
    let key: String

    /// - Parameter sets: where it may lead.
    /// - Throws: 400 for another scheme, another host than ours or Graph's, and another set.
    init(_ url: String, into sets: [String], _ call: Invocation) throws(ODataError) {
        func refuse(_ reason: String) -> ODataError { .badRequest("The reference '\(url)' \(reason)") }
        var path = Substring(url.prefix { $0 != "?" && $0 != "#" })
        if let mark = path.firstRange(of: "://") {
            let origin = path[..<mark.lowerBound] + "://" + path[mark.upperBound...].prefix { $0 != "/" }
            let isOurs = origin.lowercased() == call.service.publicURL.lowercased()
            guard isOurs || Self.graph.contains(origin.lowercased()) else {
                throw refuse("leads to another server. Use a URL of \(call.service.publicURL), or a relative one.")
            }
            path = path.dropFirst(origin.count)
        } else if path.hasPrefix("//") || path.contains("\\") || path.prefix(while: { $0 != "/" }).contains(":") {
            throw refuse("isn't the URL of an entity.")
        }
        var segments: [PathSegment]
        do throws(ODataError) { segments = try ODataPath(String(path)).segments } catch {
            throw refuse("isn't the URL of an entity.")
        }
        if let first = segments.first, Version.allCases.contains(where: { first.text.equalsIgnoringCase($0.rawValue) })
        {
            segments.removeFirst()
        }
        guard let set = segments.first else { throw refuse("names no entity.") }
        guard sets.contains(where: { set.matches($0) }) else {
            throw refuse("must lead into \(sets.joined(separator: ", ")).")
        }
        let key = set.arguments == nil ? segments.dropFirst().first?.text : set.key(in: call.query)
        guard let key, segments.count == (set.arguments == nil ? 2 : 1) else { throw refuse("names no entity.") }
        self.key = GraphService.normalized(key)
    }

    /// Graph's own origin, as clients write references whatever base URL they call.
    private static let graph: Set = ["https://graph.microsoft.com"]
}
