internal import EDM
internal import JSON

/// Where the names of an expression are looked up: an entity type with its aliases, or the variable of a lambda.
struct PropertyScope {
    private enum Root {
        case entity(any EntityType.Type)
        case element(EdmType, variable: String)
    }

    private let root: Root
    /// By path in lower case.
    private let aliases: [String: [String]]

    init(_ type: any EntityType.Type, aliases: [String: String] = [:]) {
        root = .entity(type)
        self.aliases = Dictionary(
            aliases.map { ($0.key.asciiLowercased, $0.value.split(separator: "/").map(String.init)) },
            uniquingKeysWith: { first, _ in first })
    }

    /// The inside of `any(variable:…)` over elements of a type.
    init(element type: EdmType, variable: String) {
        root = .element(type.underlying, variable: variable)
        aliases = [:]
    }

    /// The path in canonical spelling and its type.
    func resolve(_ path: [String]) throws(ODataError) -> (path: [String], type: EdmType) {
        switch root {
        case .entity(let type):
            return try resolve(path, on: type)
        case .element(let type, let variable):
            guard path.first == variable else {
                throw .invalidFilter(
                    "'\(path.joined(separator: "/"))' stands inside any() or all(), where each property begins with "
                        + "the variable: write \(variable)/…, and conditions on anything else outside.")
            }
            let rest = Array(path.dropFirst())
            if rest.isEmpty { return ([], type) }
            guard case .complex(let inner) = type else {
                throw .invalidFilter(
                    "'\(path.joined(separator: "/"))' asks for a property of a plain value. Use '\(variable)'.")
            }
            return try resolve(rest, on: inner)
        }
    }

    /// What an alias stands for; any other path as it is.
    func unaliased(_ path: [String]) -> [String] { aliases[path.joined(separator: "/").asciiLowercased] ?? path }

    private func resolve(
        _ path: [String], on type: any EntityType.Type
    ) throws(ODataError) -> (path: [String], type: EdmType) {
        var plain: [String] = []
        for segment in path {
            if segment.utf8.contains(UInt8(ascii: ".")) {
                try check(cast: segment, after: plain, on: type)
            } else {
                plain.append(segment)
            }
        }
        do throws(Invalid) { return try type.resolve(unaliased(plain)[...]) } catch {
            throw .badRequest(error.description)
        }
    }

    /// Casts only pass where they change nothing: a type here has no descendants.
    private func check(cast: String, after path: [String], on type: any EntityType.Type) throws(ODataError) {
        var name: String? = type.edmName
        if !path.isEmpty {
            let type = try resolve(path, on: type).type
            if case .complex(let inner) = type.underlying { name = inner.edmName } else { name = nil }
        }
        guard let name, PathSegment(cast).matches(name) else {
            throw .badRequest("The cast to '\(cast)' isn't supported here. Leave it out of the path.")
        }
    }
}

extension ODataError {
    static func invalidFilter(_ reason: String) -> ODataError { .badRequest("Invalid filter clause: \(reason)") }
}
