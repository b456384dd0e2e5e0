internal import Text

/// Reads a filter by recursive descent (OData 4.01 ABNF, `boolCommonExpr`). Precedence: `not`, comparisons, `and`,
/// `or`.
///
/// Depth is bounded before the stack is, and the number of nodes before the work is.
struct FilterParser {
    private let text: String
    private let option: String
    private let limits: ODataLimits
    private let aliases: [String: FilterLiteral]
    private let tokens: [FilterToken]
    private var index = 0
    private var nodes = 0

    init(
        _ text: String, option: String, limits: ODataLimits, aliases: (String) -> String?
    ) throws(ODataError) {
        self.text = text
        self.option = option
        self.limits = limits
        tokens = try FilterLexer.tokens(text, option: option)
        self.aliases = try Self.resolve(tokens, aliases)
    }

    /// The values of the aliases that the filter uses (OData 4.01 URL conventions §5.3): literals only, null where the
    /// query gives none.
    private static func resolve(
        _ tokens: [FilterToken], _ aliases: (String) -> String?
    ) throws(ODataError) -> [String: FilterLiteral] {
        var values: [String: FilterLiteral] = [:]
        for token in tokens {
            guard case .alias(let name) = token.kind, String(name.dropFirst()).isIdentifier else { continue }
            guard values[name] == nil else { continue }
            guard let text = aliases(name) else {
                values[name] = .null
                continue
            }
            guard let literal = try FilterLiteral.read(text, option: name) else {
                throw .badRequest("The parameter alias '\(name)' must stand for one value, such as 'text' or 5.")
            }
            values[name] = literal
        }
        return values
    }

    mutating func expression() throws(ODataError) -> FilterExpression {
        let expression = try disjunction(depth: 0)
        guard token.kind == .end else { throw unexpected("'and', 'or' or the end") }
        return expression
    }

    // MARK: Logic

    private mutating func disjunction(depth: Int) throws(ODataError) -> FilterExpression {
        guard depth <= limits.filterDepth else {
            throw complaint("it is nested deeper than \(limits.filterDepth) levels. Write it flatter")
        }
        var terms = [try conjunction(depth: depth)]
        while take("or") { terms.append(try conjunction(depth: depth)) }
        return terms.count == 1 ? terms[0] : .or(terms)
    }

    private mutating func conjunction(depth: Int) throws(ODataError) -> FilterExpression {
        var terms = [try comparison(depth: depth)]
        while take("and") { terms.append(try comparison(depth: depth)) }
        return terms.count == 1 ? terms[0] : .and(terms)
    }

    private mutating func comparison(depth: Int) throws(ODataError) -> FilterExpression {
        try countNode()
        let left = try operand(depth: depth)
        if let comparison = takeOperator() {
            return .compare(left, comparison, try operand(depth: depth))
        }
        if take("in") { return .in(left, try list()) }
        if take("has") { return .has(left, try literal("a member such as 'name'")) }
        return left
    }

    private mutating func operand(depth: Int) throws(ODataError) -> FilterExpression {
        guard depth <= limits.filterDepth else {
            throw complaint("it is nested deeper than \(limits.filterDepth) levels. Write it flatter")
        }
        switch token.kind {
        case .open:
            index += 1
            let inner = try disjunction(depth: depth + 1)
            try expect(.close, "')'")
            return inner
        case .literal, .alias:
            return .literal(try literal("a value"))
        case .word(let word):
            return try operand(beginning: word, depth: depth)
        case .end, .close, .comma, .colon:
            throw unexpected("a property or a value")
        }
    }

    private mutating func operand(beginning word: String, depth: Int) throws(ODataError) -> FilterExpression {
        switch word.asciiLowercased {
        case "not":
            index += 1
            return .not(try operand(depth: depth + 1))
        case "true", "false":
            index += 1
            return .literal(.bool(word.asciiLowercased == "true"))
        case "null":
            index += 1
            return .literal(.null)
        case let keyword where Self.keywords.contains(keyword):
            throw unexpected("a property or a value")
        default:
            return try path(word, depth: depth)
        }
    }

    // MARK: Paths, functions, lambdas

    private mutating func path(_ word: String, depth: Int) throws(ODataError) -> FilterExpression {
        var segments = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        for (position, segment) in segments.enumerated() {
            let isLast = position == segments.count - 1
            let isSpecial = (segment == "$count" && isLast && position > 0) || (segment == "$it" && position == 0)
            guard isSpecial || segment.isQualifiedIdentifier else { throw unexpected("a property") }
        }
        index += 1
        guard token.kind == .open else {
            guard segments.last?.utf8.contains(UInt8(ascii: ".")) != true else {
                throw unexpected("'/' and a property")
            }
            if segments.count > 1, segments.first == "$it" { segments.removeFirst() }
            return .path(segments)
        }
        let name = segments.removeLast().asciiLowercased
        if segments.isEmpty, let function = FilterFunction(rawValue: name) {
            return .call(function, try arguments(of: function, depth: depth))
        }
        if segments.isEmpty, name == "isof" { return try isOf() }
        if segments.first == "$it" { segments.removeFirst() }
        if !segments.isEmpty, name == "any" || name == "all" {
            return try lambda(over: segments, needsBody: name == "all", depth: depth)
        }
        index -= 1
        let known = (FilterFunction.allCases.map(\.rawValue) + ["isof"]).sorted().joined(separator: ", ")
        throw complaint("'\(word)' is not a supported function. Use one of: \(known), or path/any(x:…)")
    }

    private mutating func arguments(of function: FilterFunction, depth: Int) throws(ODataError) -> [FilterExpression] {
        try expect(.open, "'('")
        var arguments = [try operand(depth: depth + 1)]
        while token.kind == .comma {
            index += 1
            arguments.append(try operand(depth: depth + 1))
        }
        guard arguments.count == function.parameterCount else {
            throw complaint(
                "the function '\(function)' takes \(function.parameterCount) argument(s), not \(arguments.count)")
        }
        try expect(.close, "')'")
        return arguments
    }

    /// `isof([path,] type)`; Graph's own examples quote the type.
    private mutating func isOf() throws(ODataError) -> FilterExpression {
        try expect(.open, "'('")
        var path: [String]?
        if case .word(let word) = token.kind, tokens[index + 1].kind == .comma {
            let segments = word.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            guard word == "$it" || segments.allSatisfy(\.isQualifiedIdentifier) else { throw unexpected("a property") }
            path = word == "$it" ? nil : segments
            index += 2
        }
        let type: String
        switch token.kind {
        case .word(let word) where word.isQualifiedIdentifier: type = word
        case .literal(.string(let text)) where text.isQualifiedIdentifier: type = text
        default: throw unexpected("a type such as microsoft.graph.user")
        }
        index += 1
        try expect(.close, "')'")
        return .isOf(path, type: type)
    }

    private mutating func lambda(
        over path: [String], needsBody: Bool, depth: Int
    ) throws(ODataError) -> FilterExpression {
        try expect(.open, "'('")
        if token.kind == .close, !needsBody {
            index += 1
            return .any(path, variable: nil, body: nil)
        }
        guard case .word(let variable) = token.kind, variable.isIdentifier, tokens[index + 1].kind == .colon else {
            throw unexpected("a variable and a colon, as in \(path.joined(separator: "/"))/any(x:x eq 'value')")
        }
        index += 2
        let body = try disjunction(depth: depth + 1)
        try expect(.close, "')'")
        return needsBody ? .all(path, variable: variable, body: body) : .any(path, variable: variable, body: body)
    }

    // MARK: Values

    private mutating func literal(_ wanted: String) throws(ODataError) -> FilterLiteral {
        switch token.kind {
        case .literal(let literal):
            index += 1
            return literal
        case .alias(let name):
            guard let literal = aliases[name] else { throw unexpected(wanted) }
            index += 1
            return literal
        case .word(let word):
            guard let literal = FilterLiteral(keyword: word) else { throw unexpected(wanted) }
            index += 1
            return literal
        case .end, .open, .close, .comma, .colon:
            throw unexpected(wanted)
        }
    }

    private mutating func list() throws(ODataError) -> [FilterLiteral] {
        try expect(.open, "a list such as ('a','b')")
        var values = [try literal("a value")]
        while token.kind == .comma {
            index += 1
            values.append(try literal("a value"))
            guard values.count <= limits.listItems else {
                throw complaint("the list has more than \(limits.listItems) values. Split it into several requests")
            }
        }
        try expect(.close, "',' or ')'")
        return values
    }

    // MARK: Tokens

    private static let keywords = Set(["and", "or", "in", "has"] + FilterOperator.allCases.map(\.rawValue))

    /// The current token; the last one is the end and is never passed.
    private var token: FilterToken { tokens[min(index, tokens.count - 1)] }

    private mutating func take(_ keyword: String) -> Bool {
        guard case .word(let word) = token.kind, word.asciiLowercased == keyword else { return false }
        index += 1
        return true
    }

    private mutating func takeOperator() -> FilterOperator? {
        guard case .word(let word) = token.kind, let found = FilterOperator(rawValue: word.asciiLowercased) else {
            return nil
        }
        index += 1
        return found
    }

    private mutating func expect(_ kind: FilterToken.Kind, _ wanted: String) throws(ODataError) {
        guard token.kind == kind else { throw unexpected(wanted) }
        index += 1
    }

    private mutating func countNode() throws(ODataError) {
        nodes += 1
        guard nodes <= limits.filterNodes else {
            throw complaint("it has more than \(limits.filterNodes) conditions. Use in (…) or several requests")
        }
    }

    private func unexpected(_ wanted: String) -> ODataError {
        complaint("expected \(wanted), found \(token.text)")
    }

    private func complaint(_ reason: String) -> ODataError {
        .unreadable(option, reason, after: Array(text.utf8)[..<token.offset])
    }
}

extension FilterLiteral {
    /// `null`, `true` or `false`.
    init?(keyword: String) {
        switch keyword.asciiLowercased {
        case "null": self = .null
        case "true": self = .bool(true)
        case "false": self = .bool(false)
        default: return nil
        }
    }

    /// The text as one literal, nil where it is anything else.
    static func read(_ text: String, option: String) throws(ODataError) -> FilterLiteral? {
        let tokens = try FilterLexer.tokens(text, option: option)
        guard tokens.count == 2 else { return nil }
        switch tokens[0].kind {
        case .literal(let literal): return literal
        case .word(let word): return FilterLiteral(keyword: word)
        case .end, .open, .close, .comma, .colon, .alias: return nil
        }
    }
}
