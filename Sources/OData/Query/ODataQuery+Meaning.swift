internal import Text

// What a query means, apart from how it is written: what a skip token is bound to, since clients parse links and write
// their queries anew, with sorted names, `%24`, `%27`, `+`.

extension ODataQuery {
    /// What the query asks for, as one text: the same for every order of options, encoding, letter case of their names,
    /// with and without `$`, and whatever space stands in expressions.
    ///
    /// Where a page begins (`$skip`, `$skiptoken`), `$format` and custom options aren't part of it; a parameter alias is
    /// by the value that it gives to a filter.
    package var meaning: String { meaning(isNested: false) }

    fileprivate func meaning(isNested: Bool) -> String {
        var parts: [String] = []
        if let filter { parts.append("filter=\(filter.meaning)") }
        if !orderBy.isEmpty {
            let items = orderBy.map { $0.path.joined(separator: "/") + ($0.descending ? " desc" : "") }
            parts.append("orderby=\(items.joined(separator: ","))")
        }
        if let top { parts.append("top=\(top)") }
        if isNested, let skip { parts.append("skip=\(skip)") }
        if count { parts.append("count") }
        if let select {
            parts.append("select=\(Set(select.map { $0.joined(separator: "/") }).sorted().joined(separator: ","))")
        }
        if !expand.isEmpty {
            let items = expand.map { "\($0.name)(\($0.query.meaning(isNested: true)))" }
            parts.append("expand=\(items.sorted().joined(separator: ","))")
        }
        if let search { parts.append("search=\(search.quoted)") }
        if let deltaToken { parts.append("deltatoken=\(deltaToken.quoted)") }
        return parts.joined(separator: "&")
    }

    /// The query of a link to the next page: the same options as a valid URL has them (RFC 3986 §3.4), with the place to
    /// go on from instead of `$skip` and an earlier token.
    package func text(withSkipToken token: String) -> String {
        let places = ["$skip", "skip", "$skiptoken", "skiptoken"]
        // A query that was read can be split again.
        let options = ((try? QueryOption.split(text)) ?? []).filter { !places.contains($0.name.asciiLowercased) }
        let parts = options.map { option in
            let name = PercentEncoding.encode(option.name, keeping: PercentEncoding.queryName)
            let value = PercentEncoding.encode(option.value, keeping: PercentEncoding.queryValue)
            return value.isEmpty ? name : "\(name)=\(value)"
        }
        return (parts + ["$skiptoken=\(PercentEncoding.encode(token))"]).joined(separator: "&")
    }
}

extension FilterExpression {
    /// The expression as one text with all its parentheses.
    fileprivate var meaning: String {
        switch self {
        case .literal(let literal): literal.meaning
        case .path(let path): path.joined(separator: "/")
        case .call(let function, let arguments): "\(function)(\(Self.list(arguments)))"
        case .compare(let left, let comparison, let right): "(\(left.meaning) \(comparison) \(right.meaning))"
        case .in(let operand, let literals):
            "(\(operand.meaning) in (\(literals.map(\.meaning).joined(separator: ","))))"
        case .has(let operand, let literal): "(\(operand.meaning) has \(literal.meaning))"
        case .isOf(let path, let type): "isof(\(path?.joined(separator: "/") ?? "$it"),\(type))"
        case .any(let path, let variable, let body):
            "\(path.joined(separator: "/"))/any(\(variable.map { $0 + ":" } ?? "")\(body?.meaning ?? ""))"
        case .all(let path, let variable, let body): "\(path.joined(separator: "/"))/all(\(variable):\(body.meaning))"
        case .not(let operand): "not(\(operand.meaning))"
        case .and(let operands): "and(\(Self.list(operands)))"
        case .or(let operands): "or(\(Self.list(operands)))"
        }
    }

    private static func list(_ operands: [FilterExpression]) -> String {
        operands.map(\.meaning).joined(separator: ",")
    }
}

extension FilterLiteral {
    fileprivate var meaning: String {
        switch self {
        case .string(let text): text.quoted
        case .guid(let text): text.asciiLowercased
        case .duration(let text): "duration\(text.quoted)"
        case .enumeration(let type, let member): type + member.quoted
        case .null, .bool, .integer, .decimal, .dateTime: text
        }
    }
}

extension String {
    /// In single quotes, with those inside doubled.
    fileprivate var quoted: String { "'\(replacing("'", with: "''"))'" }
}
