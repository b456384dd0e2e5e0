internal import JSON
internal import Text

extension QueryOption {
    /// The options of a query as sent. `+` stands for a space, as Graph's documents and HTML forms write it.
    static func split(_ text: String) throws(ODataError) -> [QueryOption] {
        var options: [QueryOption] = []
        for part in text.split(separator: "&") {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = try decode(pieces[0], of: part)
            options.append(QueryOption(name: name, value: pieces.count > 1 ? try decode(pieces[1], of: part) : ""))
        }
        return options
    }

    private static func decode(_ text: Substring, of part: Substring) throws(ODataError) -> String {
        do throws(Invalid) { return try PercentEncoding.decode(text, plusIsSpace: true) } catch {
            throw .badRequest("The query option '\(part)' \(error.reason)")
        }
    }

    /// The options in the parentheses of an `$expand` item, already decoded and without the parentheses.
    static func splitNested(_ text: String) -> [QueryOption] {
        Punctuated.split(text, at: UInt8(ascii: ";")).filter { !$0.isEmpty }.map { part in
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return QueryOption(
                name: String(pieces[0]).trimmingBlanks,
                value: pieces.count > 1 ? String(pieces[1]).trimmingBlanks : "")
        }
    }
}
