internal import EDM

/// Turns a filter as written into a filter on declared, typed properties.
struct FilterBinder {
    let scope: PropertyScope

    /// An expression that is true or false.
    func bind(_ expression: FilterExpression) throws(ODataError) -> BoundFilter {
        switch expression {
        case .literal(.bool(let value)):
            return .constant(value)
        case .literal(let literal):
            throw .invalidFilter("\(literal.text) stands where a condition is expected. Compare a property with it.")
        case .path(let path):
            return try flag(path)
        case .compare(let left, let comparison, let right):
            return try compare(left, comparison, right)
        case .in(let operand, let literals):
            return try bindIn(operand, literals)
        case .has(.path(let path), let literal):
            return try has(path, literal)
        case .has:
            throw .invalidFilter("'has' takes a property and a member, as in: kinds has 'name'.")
        case .call(let function, let arguments):
            return try call(function, arguments)
        case .isOf(let path, let type):
            return try isOf(path, type)
        case .any(let path, let variable, let body):
            let (path, element) = try collection(path, "any() and all() don't apply to it")
            let inner = FilterBinder(scope: scope.element(element, variable: variable ?? ""))
            var condition: BoundFilter?
            if let body { condition = try inner.bind(body) }
            return path.any(condition)
        case .all(let path, let variable, let body):
            let (path, element) = try collection(path, "any() and all() don't apply to it")
            return path.all(try FilterBinder(scope: scope.element(element, variable: variable)).bind(body))
        case .not(let operand):
            return .not(try bind(operand))
        case .and(let operands):
            return .and(try bind(operands))
        case .or(let operands):
            return .or(try bind(operands))
        }
    }

    private func bind(_ expressions: [FilterExpression]) throws(ODataError) -> [BoundFilter] {
        var bound: [BoundFilter] = []
        for expression in expressions { bound.append(try bind(expression)) }
        return bound
    }

    /// A boolean property by itself.
    private func flag(_ path: [String]) throws(ODataError) -> BoundFilter {
        let resolved = try scope.resolve(path)
        guard case .value(let type) = resolved.target, case .primitive(.boolean) = type.underlying else {
            throw .invalidFilter(
                "'\(resolved.name)' stands where a condition is expected. "
                    + "Compare it with a value: \(resolved.name) eq …")
        }
        return resolved.seen(.compare(path: resolved.path, type: .boolean, .eq, .bool(true)))
    }

    /// A collection of values or a relationship to many, and the type of its elements.
    func collection(
        _ path: [String], _ consequence: String
    ) throws(ODataError) -> (path: ResolvedPath, element: EdmType) {
        let resolved = try scope.resolve(path)
        switch resolved.target {
        case .navigation(let navigation) where navigation.isCollection:
            return (resolved, .complex(navigation.target))
        case .value(let type):
            if case .collection(let element) = type.underlying { return (resolved, element) }
            fallthrough
        case .navigation:
            throw .invalidFilter("'\(resolved.name)' is not a collection, so \(consequence).")
        }
    }

    private func bindIn(_ operand: FilterExpression, _ literals: [FilterLiteral]) throws(ODataError) -> BoundFilter {
        if case .path(let path) = operand {
            let (resolved, type, scalar) = try value(path)
            var values: [Literal] = []
            for literal in literals { values.append(try Literal(literal, for: resolved.name, type)) }
            return resolved.seen(
                .in(path: resolved.path, type: scalar, values), holdsForNull: values.contains(.null))
        }
        var terms: [BoundFilter] = []
        for literal in literals { terms.append(try compare(operand, .eq, .literal(literal))) }
        return .or(terms)
    }

    /// On an enumeration that isn't a set of flags, `has` is `eq`; so it is for the absence of all flags.
    private func has(_ path: [String], _ literal: FilterLiteral) throws(ODataError) -> BoundFilter {
        let resolved = try scope.resolve(path)
        guard case .value(let type) = resolved.target,
            case .enumeration(_, let members, let isFlags) = type.underlying
        else {
            throw .invalidFilter("'has' needs an enumeration, which '\(resolved.name)' isn't. Use eq.")
        }
        guard isFlags, case .string(let flags) = try Literal(literal, for: resolved.name, type), flags != members.first
        else { return try compare(path, .eq, literal) }
        return resolved.seen(.and(flags.split(separator: ",").map { Self.hasFlag(String($0), resolved.path) }))
    }

    /// Flags are one text of names, joined by commas.
    private static func hasFlag(_ flag: String, _ path: [String]) -> BoundFilter {
        let places: [(BoundFilter.TextFunction, String)] = [
            (.equals, flag), (.startswith, flag + ","), (.endswith, "," + flag), (.contains, ",\(flag),"),
        ]
        return .or(places.map { .text($0.0, path: path, $0.1, ignoringCase: false) })
    }

    /// A path that leads to one value, with the value's type.
    func value(_ path: [String]) throws(ODataError) -> (path: ResolvedPath, type: EdmType, scalar: ScalarType) {
        let resolved = try scope.resolve(path)
        let name = resolved.name
        switch resolved.target {
        case .navigation(let navigation) where navigation.isCollection:
            throw .invalidFilter("'\(name)' leads to many. Write \(name)/any(x:x/… eq …), or \(name)/$count eq 0.")
        case .navigation:
            throw .invalidFilter("'\(name)' is a relationship. Compare a property of what it leads to: \(name)/id eq …")
        case .value(let type):
            guard let scalar = ScalarType(type) else {
                throw .invalidFilter("'\(name)' is a collection. Write \(name)/any(x:x eq …), or \(name)/$count eq 0.")
            }
            return (resolved, type, scalar)
        }
    }
}
