package import JSON

/// The fixed table of type names: Graph's `#microsoft.graph.win32LobApp` and the service's own
/// `#microsoft.management.services.api.win32LobApp` name one type. The service rewrites the first to the second in the
/// payloads that it stores, and clients complete from those.
package enum ODataTypeNames {
    private static let graph = "microsoft.graph."
    private static let services = "microsoft.management.services.api."

    /// With Graph's names in every `@odata.type`.
    package static func graphNames(in value: JSONValue) -> JSONValue { rewrite(value, from: services, to: graph) }

    /// With the service's own names, as `patchPayload` shows them.
    package static func serviceNames(in value: JSONValue) -> JSONValue { rewrite(value, from: graph, to: services) }

    private static func rewrite(_ value: JSONValue, from: String, to: String) -> JSONValue {
        switch value {
        case .null, .bool, .number, .string: return value
        case .array(let values): return .array(values.map { rewrite($0, from: from, to: to) })
        case .object(let object):
            return .object(
                JSONObject(
                    object.members.map { name, value in
                        if name.hasSuffix("@odata.type"), case .string(let type) = value {
                            (name, .string(rewrite(type: type, from: from, to: to)))
                        } else {
                            (name, rewrite(value, from: from, to: to))
                        }
                    }))
        }
    }

    /// `#T`, `T` and `#Collection(T)`; the `#` and the first letter of T don't tell types apart.
    private static func rewrite(type: String, from: String, to: String) -> String {
        let bare = type.hasPrefix("#") ? String(type.dropFirst()) : type
        if bare.hasPrefix("Collection("), bare.hasSuffix(")") {
            // Collections don't nest (CSDL §7.1): what is inside is a name.
            let inner = String(bare.dropFirst("Collection(".count).dropLast())
            return "#Collection(\(rewrite(name: inner, from: from, to: to)))"
        }
        return "#\(rewrite(name: bare, from: from, to: to))"
    }

    private static func rewrite(name bare: String, from: String, to: String) -> String {
        for prefix in [from, to] where bare.lowercased().hasPrefix(prefix) {
            let name = bare.dropFirst(prefix.count)
            return "\(to)\(name.prefix(1).lowercased())\(name.dropFirst())"
        }
        return bare
    }
}
