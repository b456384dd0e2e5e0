internal import EDM

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
            return .length(path: text.path, comparison, value)
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
        let (path, type) = try scope.resolve(path)
        let scalar = try scalar(type, at: path)
        let name = path.joined(separator: "/")
        let value = try Literal(literal, for: path, type)
        if comparison.isOrder {
            guard scalar.isOrdered else {
                throw .invalidFilter(
                    "'\(comparison)' doesn't apply to '\(name)', whose values have no order. Use eq, ne or in.")
            }
            guard value != .null else {
                throw .invalidFilter("'\(comparison)' can't compare '\(name)' with null. Use eq or ne.")
            }
        }
        return .compare(path: path, type: scalar, comparison, value)
    }

    /// `collection/$count op n`, as far as it asks whether the collection is empty; Graph supports no more either
    /// (Graph: "Advanced query capabilities").
    private func count(
        _ path: [String], _ comparison: FilterOperator, _ literal: FilterLiteral
    ) throws(ODataError) -> BoundFilter {
        let collection = try scope.resolve(path)
        guard case .collection = collection.type.underlying else {
            throw .invalidFilter("'\(path.joined(separator: "/"))' is not a collection, so it has no $count.")
        }
        let notEmpty = BoundFilter.any(path: collection.path, nil)
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
        let text = try textProperty(operand, of: .tolower)
        guard !comparison.isOrder else {
            throw .invalidFilter("tolower and toupper can be compared with eq and ne only, not with '\(comparison)'.")
        }
        let equal: BoundFilter
        switch literal {
        case .null: equal = .compare(path: text.path, type: .string, .eq, .null)
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
