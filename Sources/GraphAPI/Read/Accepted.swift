internal import JSON
internal import OData

/// What a client takes for an answer. Answers are JSON (`$count` is text): who takes neither is told so.
enum Accepted {
    /// - Returns: whether the client wants no metadata (`odata.metadata=none`).
    /// - Throws: 400 for another `$format`, 406 for an `Accept` that leaves nothing.
    static func check(_ headers: GraphHeaders, _ query: ODataQuery) throws(ODataError) -> Bool {
        if let format = query.format?.lowercased(), !format.hasPrefix("json"), !format.hasPrefix("application/json") {
            throw .badRequest("$format is '\(format)', and only json is served. Leave it out.")
        }
        let fields = headers.all("Accept")
        if fields.isEmpty { return query.format?.lowercased().contains("metadata=none") ?? false }
        let accepted = fields.flatMap { $0.split(separator: ",") }
            .map { $0.prefix { $0 != ";" }.trimmingSpaces.lowercased() }
        guard !Set(accepted).isDisjoint(with: ["*/*", "application/*", "application/json", "text/plain"]) else {
            throw ODataError(
                status: 406, code: "NotAcceptable",
                message:
                    "The answer is application/json, which the Accept header doesn't take. Send Accept: application/json."
            )
        }
        return false
    }
}

extension GraphResponse {
    /// The same answer without control information but next links and counts (OData 4.01 JSON §3.1.3).
    var withoutMetadata: GraphResponse {
        guard headers["Content-Type"] == Reads.contentType,
            let value = try? JSONReader.read(body, limits: .stored)
        else { return self }
        var response = self
        response.body = value.withoutMetadata.bytes
        response.headers["Content-Type"] = Reads.contentType.replacing("metadata=minimal", with: "metadata=none")
        return response
    }
}

extension JSONValue {
    fileprivate var withoutMetadata: JSONValue {
        switch self {
        case .array(let values): .array(values.map(\.withoutMetadata))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.filter {
                        !$0.name.contains("@odata.") || ["@odata.nextLink", "@odata.count"].contains($0.name)
                    }.map { ($0.name, $0.value.withoutMetadata) }))
        default: self
        }
    }
}
