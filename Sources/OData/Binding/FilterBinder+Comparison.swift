internal import EDM
internal import Text

extension FilterBinder {
    func compare(
        _ left: FilterExpression, _ comparison: FilterOperator, _ right: FilterExpression
    ) throws(ODataError) -> BoundFilter {
        switch (left.constant, right.constant) {
        case (let left?, let right?):
            guard !comparison.isOrder else {
                throw .invalidFilter(
                    "\(left.text) \(comparison) \(right.text) compares two values. Compare a property.")
            }
            return .constant((left == right) == (comparison == .eq))
        case (nil, let literal?):
            return try compare(left, comparison, literal)
        case (let literal?, nil):
            return try compare(right, comparison.exchanged, literal)
        case (nil, nil):
            throw .invalidFilter("'\(comparison)' needs a value on one side; comparing two properties isn't supported.")
        }
    }

    private func compare(
        _ operand: FilterExpression, _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        switch operand {
        case .path(let path) where path.last == "$count":
            return try count(Array(path.dropLast()), comparison, literal)
        case .path(let path):
            return try compare(path, comparison, literal)
        case .call(.length, let arguments):
            let text = try textProperty(arguments[0], of: .length)
            guard text.folding == nil, case .integer(let value) = literal else {
                throw .invalidFilter("length(property) is compared with a whole number, not with \(literal.text).")
            }
            return text.property.seen(.length(path: text.property.path, comparison, value))
        case .call(.tolower, _), .call(.toupper, _):
            return try compareFolded(operand, comparison, literal)
        default:
            return try compareCondition(operand, comparison, literal)
        }
    }

    /// `property op literal`.
    func compare(
        _ path: [String], _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        let (resolved, type, scalar) = try value(path)
        let value = try Literal(literal, for: resolved.name, type)
        if comparison.isOrder {
            guard scalar.isOrdered else {
                throw .invalidFilter(
                    "'\(comparison)' doesn't apply to '\(resolved.name)', whose values have no order. "
                        + "Use eq, ne or in.")
            }
            guard value != .null else {
                throw .invalidFilter("'\(comparison)' can't compare '\(resolved.name)' with null. Use eq or ne.")
            }
        }
        return resolved.seen(
            .compare(path: resolved.path, type: scalar, comparison, value),
            holdsForNull: comparison == (value == .null ? .eq : .ne))
    }

    /// `collection/$count op n`, as far as it asks whether the collection is empty; Graph supports no more either
    /// (Graph: "Advanced query capabilities").
    private func count(
        _ path: [String], _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        let notEmpty = try collection(path, "it has no $count").path.any(nil)
        switch (comparison, literal) {
        case (.eq, .integer(0)), (.le, .integer(0)), (.lt, .integer(1)): return .not(notEmpty)
        case (.ne, .integer(0)), (.gt, .integer(0)), (.ge, .integer(1)): return notEmpty
        default:
            throw .invalidFilter(
                "$count can only be asked for 'eq 0' and 'ne 0', not for '\(comparison) \(literal.text)'.")
        }
    }

    /// `tolower(property) eq 'text'`.
    private func compareFolded(
        _ operand: FilterExpression, _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        guard !comparison.isOrder else {
            throw .invalidFilter("tolower and toupper can be compared with eq and ne only, not with '\(comparison)'.")
        }
        if case .call(_, let arguments) = operand, case .path(let path) = arguments[0],
            case .value(let type) = try scope.resolve(path).target, case .enumeration = type.underlying
        {
            // Members are matched in any case as it is.
            return try compare(path, comparison, literal)
        }
        let text = try textProperty(operand, of: .tolower)
        let equal: BoundFilter
        switch literal {
        case .null:
            equal = text.property.seen(
                .compare(path: text.property.path, type: .string, .eq, .null), holdsForNull: true)
        case .string(let value): equal = text.matching(.equals, value)
        default:
            throw .invalidFilter("tolower and toupper give text; \(literal.text) is none. Put it in single quotes.")
        }
        return comparison == .eq ? equal : .not(equal)
    }

    /// `condition eq true`.
    private func compareCondition(
        _ operand: FilterExpression, _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        guard case .bool(let value) = literal, !comparison.isOrder else {
            if case .not = operand {
                throw .invalidFilter(
                    "'not' binds tighter than '\(comparison)'. Write not (property \(comparison) \(literal.text)).")
            }
            throw .invalidFilter("a condition can't be compared with \(literal.text). Join conditions with and, or.")
        }
        let condition = try bind(operand)
        return value == (comparison == .eq) ? condition : .not(condition)
    }
}

extension FilterOperator {
    var isOrder: Bool { self != .eq && self != .ne }
}

extension FilterExpression {
    /// The value of an expression that names no property.
    var constant: FilterLiteral? {
        switch self {
        case .literal(let literal): literal
        case .call(.tolower, let arguments): arguments[0].constantText.map { .string($0.asciiLowercased) }
        case .call(.toupper, let arguments): arguments[0].constantText.map { .string($0.asciiUppercased) }
        default: nil
        }
    }

    var constantText: String? { if case .string(let text) = constant { text } else { nil } }
}
