internal import JSON
internal import OData

extension Acceptance {
    /// What a client takes for an answer. Answers are JSON (`$count` is text): who takes neither is told so.
    /// - Throws: 400 for another `$format`, 406 for an `Accept` that leaves nothing.
    init(of headers: GraphHeaders, _ query: ODataQuery) throws(ODataError) {
        try self.init(headers.all("Accept"), format: query.format)
        guard json != nil || takesText else {
            throw ODataError(
                status: 406, code: "NotAcceptable",
                message:
                    "The answer is application/json, which the Accept header doesn't take. Send Accept: application/json."
            )
        }
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
