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
        case .any(let path, let variable, let body):
            let (path, inner) = try lambda(over: path, variable: variable ?? "")
            guard let body else { return .any(path: path, nil) }
            return .any(path: path, try inner.bind(body))
        case .all(let path, let variable, let body):
            let (path, inner) = try lambda(over: path, variable: variable)
            return .all(path: path, try inner.bind(body))
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
        let (canonical, type) = try scope.resolve(path)
        guard case .primitive(.boolean) = type.underlying else {
            let name = canonical.joined(separator: "/")
            throw .invalidFilter(
                "'\(name)' stands where a condition is expected. Compare it with a value: \(name) eq …")
        }
        return .compare(path: canonical, type: .boolean, .eq, .bool(true))
    }

    private func lambda(
        over path: [String], variable: String
    ) throws(ODataError) -> (path: [String], inner: FilterBinder) {
        let (path, type) = try scope.resolve(path)
        guard case .collection(let element) = type.underlying else {
            throw .invalidFilter(
                "'\(path.joined(separator: "/"))' is not a collection, so any() and all() don't apply to it.")
        }
        return (path, FilterBinder(scope: PropertyScope(element: element, variable: variable)))
    }

    private func bindIn(_ operand: FilterExpression, _ literals: [FilterLiteral]) throws(ODataError) -> BoundFilter {
        if case .path(let path) = operand {
            let (path, type) = try scope.resolve(path)
            let scalar = try scalar(type, at: path)
            var values: [Literal] = []
            for literal in literals { values.append(try Literal(literal, for: path, type)) }
            return .in(path: path, type: scalar, values)
        }
        var terms: [BoundFilter] = []
        for literal in literals { terms.append(try compare(operand, .eq, .literal(literal))) }
        return .or(terms)
    }

    /// On an enumeration that isn't a set of flags, `has` is `eq`; so it is for the absence of all flags.
    private func has(_ path: [String], _ literal: FilterLiteral) throws(ODataError) -> BoundFilter {
        let (path, type) = try scope.resolve(path)
        guard case .enumeration(_, let members, let isFlags) = type.underlying else {
            throw .invalidFilter("'has' needs an enumeration, which '\(path.joined(separator: "/"))' isn't. Use eq.")
        }
        guard isFlags, case .string(let flags) = try Literal(literal, for: path, type), flags != members.first else {
            return try compare(path, .eq, literal)
        }
        return .and(flags.split(separator: ",").map { Self.hasFlag(String($0), path) })
    }

    /// Flags are one text of names, joined by commas.
    private static func hasFlag(_ flag: String, _ path: [String]) -> BoundFilter {
        let places: [(BoundFilter.TextFunction, String)] = [
            (.equals, flag), (.startswith, flag + ","), (.endswith, "," + flag), (.contains, ",\(flag),"),
        ]
        return .or(places.map { .text($0.0, path: path, $0.1, ignoringCase: false) })
    }

    func scalar(_ type: EdmType, at path: [String]) throws(ODataError) -> ScalarType {
        guard let scalar = ScalarType(type) else {
            let name = path.joined(separator: "/")
            throw .invalidFilter("'\(name)' is a collection. Write \(name)/any(x:x eq …), or \(name)/$count eq 0.")
        }
        return scalar
    }
}
