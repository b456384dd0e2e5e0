package import EDM
package import JSON
internal import OData
internal import Text

/// A request's body, through the one strict reader.
enum RequestBody {
    /// - Throws: 415 where the content isn't JSON in UTF-8, 400 where it is empty, broken or no object.
    static func object(of request: GraphRequest) throws(ODataError) -> JSONObject {
        guard let object = try value(of: request).object else {
            throw ODataError.badRequest("The body must be a JSON object.")
        }
        return object
    }

    private static func value(of request: GraphRequest) throws(ODataError) -> JSONValue {
        guard !request.body.isEmpty else { throw ODataError.badRequest("Empty Payload. JSON content expected.") }
        try check(contentType: request.headers["Content-Type"])
        do throws(Invalid) { return try JSONReader.read(request.body) } catch {
            throw ODataError.badRequest(
                error.path.isEmpty
                    ? (error.reason.hasPrefix("Empty") ? error.reason : "The body \(error.reason)")
                    : "The body's \(error.description)")
        }
    }
}

extension RequestBody {
    /// Left out, a body is taken for JSON, which it has to be anyway.
    private static func check(contentType: String?) throws(ODataError) {
        guard let contentType else { return }
        let parts = contentType.lowercased().split(separator: ";", omittingEmptySubsequences: false).map(
            \.trimmingBlanks)
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        guard parts.first == "application/json", ["utf-8", "\"utf-8\"", nil].contains(charset.map(String.init)) else {
            throw ODataError(
                status: 415, code: "UnsupportedMediaType",
                message: "The content type '\(contentType)' isn't supported. Send application/json in UTF-8.")
        }
    }
}

extension Invocation {
    /// The body, which must be an object.
    package func object() throws -> JSONObject { try RequestBody.object(of: request) }

    /// The parameters of an action. Annotations are ignored; any other unknown name is refused, so that a misspelt parameter
    /// never counts as left out.
    package func actionParameters(_ names: [String]) throws -> [String: JSONValue] {
        var parameters: [String: JSONValue] = [:]
        for member in try object().members where !member.name.contains("@") {
            guard let name = names.first(where: { $0.lowercased() == member.name.lowercased() }) else {
                throw ODataError.badRequest(
                    "The parameter '\(member.name)' isn't known. Known are: \(names.joined(separator: ", ")).")
            }
            parameters[name] = member.value
        }
        return parameters
    }

    /// A typed parameter; nil where it is absent or null.
    package func parameter<Value: EdmValue>(
        _ name: String, of parameters: [String: JSONValue], as type: Value.Type = Value.self
    ) throws -> Value? {
        guard let json = parameters[name], !json.isNull else { return nil }
        do throws(Invalid) { return try Value(json: json) } catch { throw error.inside(name) }
    }

    /// The one value of a header that must not be repeated.
    package func header(_ name: String) throws -> String? {
        let values = request.headers.all(name)
        guard values.count <= 1 else {
            throw ODataError.badRequest("The header '\(name)' appears \(values.count) times. Send it once.")
        }
        return values.first
    }

    /// `{"@odata.context":"…#Edm.String","value":"…"}`.
    package func string(_ value: String) -> GraphResponse {
        object(["value": .string(value)], context: "Edm.String")
    }

    /// A value of an action or a function, under the fragment of its context.
    package func object(_ value: JSONObject, context: String) -> GraphResponse {
        GraphResponse(
            status: 200, headers: ["Content-Type": Reads.contentType],
            body: Reads.splice(context: "\(Contexts.root(self))#\(context)", into: value.bytes))
    }
}
