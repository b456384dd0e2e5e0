/// The query of a URL, read but not yet checked against any type (OData 4.01 URL conventions §5; Graph: "Use query
/// parameters").
///
/// Names of options are matched ignoring case and the `$` may be left out; where both spellings are given, `$` wins.
package struct ODataQuery: Hashable, Sendable {
    /// The query as sent, without the `?`; for a nested query, its options as written.
    package let text: String
    package let filter: FilterExpression?
    package let orderBy: [OrderItem]
    /// How many entities a page shows at most.
    package let top: Int?
    package let skip: Int?
    package let count: Bool
    /// Paths and `*` as written; nil where everything is wanted.
    package let select: [[String]]?
    package let expand: [ExpandItem]
    package let search: String?
    package let skipToken: String?
    package let deltaToken: String?
    package let format: String?
    /// The `$id` of a reference that is removed.
    package let entityId: String?
    /// Everything that isn't a system option, in order: parameter aliases, values of parameters, and what servers
    /// ignore.
    package let custom: [QueryOption]

    /// - Parameter text: what follows the `?`, still percent-encoded.
    /// - Throws: 400 that names the option and the remedy; 414 for too long a query.
    package init(_ text: String = "", limits: ODataLimits = ODataLimits()) throws(ODataError) {
        guard text.utf8.count <= limits.urlBytes else { throw .tooLong("query", limit: limits.urlBytes) }
        try self.init(text: text, SystemOptions(try QueryOption.split(text), within: .url), limits: limits, depth: 0)
    }

    init(text: String, _ options: SystemOptions, limits: ODataLimits, depth: Int) throws(ODataError) {
        self.text = text
        custom = options.custom
        filter = try options.filter(limits)
        orderBy = try options.orderBy(limits)
        top = try options.wholeNumber(.top)
        skip = try options.wholeNumber(.skip)
        count = try options.flag(.count)
        select = try options.select()
        expand = try options.expand(limits, depth: depth)
        search = options[.search]
        skipToken = options[.skiptoken]
        deltaToken = options[.deltatoken]
        format = options[.format]
        entityId = options[.id]
    }
}

/// A name and a value of a query, decoded.
package struct QueryOption: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// One property of `$orderby`.
package struct OrderItem: Hashable, Sendable {
    package let path: [String]
    package let descending: Bool
}

/// One relationship of `$expand`: a name or `*`, and the options in its parentheses.
package struct ExpandItem: Hashable, Sendable {
    package let name: String
    package let query: ODataQuery
}
