internal import Text

extension PathSegment {
    /// The one unnamed value in parentheses, such as `set('id')`: nil where the parentheses hold anything else.
    package func key(in query: ODataQuery) -> String? {
        guard let arguments, arguments.count == 1, arguments[0].name == nil else { return nil }
        if !arguments[0].isQuoted, arguments[0].value.hasPrefix("@") { return query.alias(arguments[0].value) }
        return arguments[0].value
    }

    /// The values of an operation's parameters, or of an alternate key's properties, by declared name.
    ///
    /// Values come from the parentheses, where an alias (`on=@p`, or quoted as the Python SDK sends it: `on='@on'`)
    /// stands for the query's `@p` or `p`; without parentheses from the query itself (OData 4.01 URL conventions
    /// §4.5.1). A null, or an alias that the query doesn't give, counts as absent.
    /// - Parameter names: every name that is declared.
    /// - Throws: 400 for names that aren't declared or come twice, and for values without a name.
    package func parameters(_ names: [String], in query: ODataQuery) throws(ODataError) -> [String: String] {
        var values: [String: String] = [:]
        guard let arguments else {
            for name in names { values[name] = query.alias("@" + name) }
            return values
        }
        var seen: Set<String> = []
        for argument in arguments {
            let given = argument.name ?? ""
            guard let name = names.first(where: { $0.equalsIgnoringCase(given) }) else {
                throw .badRequest(Self.complaint(given, of: self.name, names: names))
            }
            guard seen.insert(name).inserted else {
                throw .badRequest("'\(self.name)' is given the parameter '\(name)' more than once. Give it once.")
            }
            values[name] = Self.value(of: argument, in: query)
        }
        return values
    }

    private static func value(of argument: Argument, in query: ODataQuery) -> String? {
        if argument.value.hasPrefix("@"), String(argument.value.dropFirst()).isIdentifier {
            return query.alias(argument.value)
        }
        return !argument.isQuoted && argument.value.asciiLowercased == "null" ? nil : argument.value
    }

    private static func complaint(_ given: String, of name: String, names: [String]) -> String {
        let problem =
            given.isEmpty ? "'\(name)' is given a value without a name." : "'\(name)' has no parameter '\(given)'."
        return "\(problem) \(call(name, with: names))"
    }

    /// How an operation or an entity by its key is written, as the end of a complaint.
    static func call(_ name: String, with names: [String]) -> String {
        guard !names.isEmpty else { return "Call it with empty parentheses." }
        return "Call it as \(name)(\(names.map { "\($0)='…'" }.joined(separator: ",")))."
    }
}

extension ODataQuery {
    /// The value that the query gives to an alias: of `@x`, else of `x`, without quotes. Nil where neither is given or
    /// it is null.
    /// - Parameter alias: the name with its `@`.
    func alias(_ alias: String) -> String? {
        let wanted = alias.asciiLowercased
        let option =
            custom.first { $0.name.asciiLowercased == wanted }
            ?? custom.first { "@" + $0.name.asciiLowercased == wanted }
        guard let value = option?.value, !value.isEmpty, value.asciiLowercased != "null" else { return nil }
        guard value.utf8.count >= 2, value.utf8.first == UInt8(ascii: "'"), value.utf8.last == UInt8(ascii: "'") else {
            return value
        }
        let inner = Array(value.utf8.dropFirst().dropLast())
        var unescaped: [UInt8] = []
        var index = 0
        while index < inner.count {
            unescaped.append(inner[index])
            let isDoubled = inner[index].isQuote && index + 1 < inner.count && inner[index + 1].isQuote
            index += isDoubled ? 2 : 1
        }
        return String(unescaped[...])
    }
}
