internal import EDM
internal import JSON
internal import Text

/// Where the names of an expression are looked up: an entity type with its aliases, or the variable of a lambda.
struct PropertyScope {
    private let root: EdmType
    /// What paths begin with inside `any` and `all`.
    private let variable: String?
    private let version: GraphVersion?
    /// By path in lower case.
    private let aliases: [String: [String]]

    init(_ type: any EntityType.Type, in version: GraphVersion?, aliases: [String: String] = [:]) {
        root = .complex(type)
        variable = nil
        self.version = version
        self.aliases = Dictionary(
            aliases.map { ($0.key.asciiLowercased, $0.value.split(separator: "/").map(String.init)) },
            uniquingKeysWith: { first, _ in first })
    }

    private init(root: EdmType, variable: String, _ version: GraphVersion?) {
        self.root = root
        self.variable = variable
        self.version = version
        aliases = [:]
    }

    /// The inside of `any(variable:…)` over elements of a type.
    func element(_ type: EdmType, variable: String) -> PropertyScope {
        PropertyScope(root: type.underlying, variable: variable, version)
    }

    /// The path in canonical spelling, and what it leads to.
    func resolve(_ path: [String]) throws(ODataError) -> ResolvedPath {
        guard let variable else { return try walk(unaliased(path)) }
        guard path.first == variable else {
            throw .invalidFilter(
                "'\(path.joined(separator: "/"))' stands inside any() or all(), where each property begins with "
                    + "the variable: write \(variable)/…, and conditions on anything else outside.")
        }
        let rest = Array(path.dropFirst())
        if !rest.isEmpty, case .complex = root {
        } else if !rest.isEmpty {
            throw .invalidFilter(
                "'\(path.joined(separator: "/"))' asks for a property of a plain value. Use '\(variable)'.")
        }
        return try walk(rest)
    }

    /// The path and its type where it leads to a value of the entity itself.
    func property(_ path: [String]) throws(ODataError) -> (path: [String], type: EdmType) {
        let resolved = try resolve(path)
        guard case .value(let type) = resolved.target, !resolved.isElsewhere else {
            throw .badRequest(
                "'\(resolved.name)' isn't a property of the entity itself. Use $expand for relationships.")
        }
        return (resolved.path, type)
    }

    /// The path of the entity, or of the element, itself.
    var itself: [String] { variable.map { [$0] } ?? [] }

    /// What an alias at the beginning of a path stands for; any other path as it is. Casts don't count.
    func unaliased(_ path: [String]) -> [String] {
        guard !aliases.isEmpty else { return path }
        let plain = path.filter { !$0.isCast }
        for length in (1...max(1, plain.count)).reversed() {
            if let alias = aliases[plain.prefix(length).joined(separator: "/").asciiLowercased] {
                return alias + plain.dropFirst(length)
            }
        }
        return path
    }

    private func walk(_ path: [String]) throws(ODataError) -> ResolvedPath {
        var resolved = ResolvedPath(target: .value(root))
        for segment in path {
            if segment.isCast {
                try cast(to: segment, &resolved)
            } else {
                try step(to: segment, &resolved)
            }
        }
        return resolved
    }

    private func step(to segment: String, _ resolved: inout ResolvedPath) throws(ODataError) {
        resolved.pass()
        if case .navigation = resolved.target {
            throw .invalidFilter("'\(resolved.name)' leads to many. Write \(resolved.name)/any(x:x/\(segment) …).")
        }
        guard case .value(let holder) = resolved.target, case .complex(let type) = holder.underlying else {
            throw .badRequest(
                "Could not find a property named '\(segment)' on '\(resolved.path.last ?? "")', which has no properties."
            )
        }
        if let property = type.property(named: segment, in: version) {
            resolved.path.append(property.name)
            resolved.target = .value(property.edm)
        } else if let navigation = type.navigation(named: segment, in: version) {
            resolved.target = .navigation(navigation)
        } else {
            throw .badRequest("Could not find a property named '\(segment)' on type 'microsoft.graph.\(type.edmName)'.")
        }
    }

    /// A cast to the type itself or to one that it extends changes nothing.
    private func cast(to segment: String, _ resolved: inout ResolvedPath) throws(ODataError) {
        resolved.pass()
        guard case .value(let holder) = resolved.target, case .complex(let type) = holder.underlying,
            let wanted = type.relative(named: segment)
        else {
            throw .badRequest("The cast to '\(segment)' isn't supported here. Leave it out of the path.")
        }
        guard !type.isKind(of: wanted) else { return }
        resolved.steps.append(.cast(.isOf(wanted, declared: type, at: resolved.path)))
        resolved.target = .value(.complex(wanted))
    }
}

extension ResolvedPath {
    /// Whether it passes a relationship.
    var isElsewhere: Bool {
        steps.contains { if case .navigation = $0 { true } else { false } }
    }
}

extension String {
    /// Whether a segment bears a namespace, as only casts do.
    var isCast: Bool { utf8.contains(UInt8(ascii: ".")) }
}

extension EntityType {
    /// The type of that name among itself, those that extend it and those that it extends.
    static func relative(named name: String) -> (any EntityType.Type)? {
        let segment = PathSegment(name)
        return (family + ancestors).first { segment.matches($0.edmName) }
    }

    private static var ancestors: [any EntityType.Type] { baseType.map { [$0] + $0.ancestors } ?? [] }
}

extension ODataError {
    static func invalidFilter(_ reason: String) -> ODataError { .badRequest("Invalid filter clause: \(reason)") }
}
