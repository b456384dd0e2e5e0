/// A `$filter` as it was written, before anything is known of the type that it filters (OData 4.01 URL conventions
/// §5.1.1).
package indirect enum FilterExpression: Hashable, Sendable {
    case literal(FilterLiteral)
    /// Segments as written: properties, casts (with a dot), `$count` at the end, a lambda variable in front.
    case path([String])
    case call(FilterFunction, [FilterExpression])
    case compare(FilterExpression, FilterOperator, FilterExpression)
    case `in`(FilterExpression, [FilterLiteral])
    case has(FilterExpression, FilterLiteral)
    /// `isof(type)` and `isof(path,type)`: the type's name as written, with or without its namespace.
    case isOf([String]?, type: String)
    /// `path/any(variable:body)`; `any()` has neither variable nor body.
    case any([String], variable: String?, body: FilterExpression?)
    case all([String], variable: String, body: FilterExpression)
    case not(FilterExpression)
    case and([FilterExpression])
    case or([FilterExpression])

    /// - Parameter aliases: the text of a parameter alias (`@name`) in the query.
    /// - Throws: 400 with the position of what can't be read.
    package init(
        _ text: String, limits: ODataLimits = ODataLimits(), aliases: (String) -> String? = { _ in nil }
    ) throws(ODataError) {
        try self.init(text, option: "$filter", limits: limits, aliases: aliases)
    }

    init(
        _ text: String, option: String, limits: ODataLimits, aliases: (String) -> String?
    ) throws(ODataError) {
        guard text.utf8.count <= limits.filterBytes else {
            throw .badRequest(
                "The query option '\(option)' is longer than \(limits.filterBytes) bytes. "
                    + "Split it into several requests."
            )
        }
        var parser = try FilterParser(text, option: option, limits: limits, aliases: aliases)
        self = try parser.expression()
    }
}

package enum FilterOperator: String, Hashable, Sendable, CaseIterable {
    case eq, ne, gt, ge, lt, le

    /// The same comparison with its operands exchanged.
    var exchanged: FilterOperator {
        switch self {
        case .eq, .ne: self
        case .gt: .lt
        case .ge: .le
        case .lt: .gt
        case .le: .ge
        }
    }
}

/// The functions of a filter that are understood; Graph's list (Graph: "Use the $filter query parameter") and the two
/// that fold case.
package enum FilterFunction: String, Hashable, Sendable, CaseIterable {
    case contains, endswith, length, startswith, tolower, toupper

    var parameterCount: Int {
        switch self {
        case .contains, .endswith, .startswith: 2
        case .length, .tolower, .toupper: 1
        }
    }
}

/// A literal by its spelling; what it means depends on the property that it meets.
package enum FilterLiteral: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is no whole number of 64 bits.
    case decimal(String)
    /// In single quotes.
    case string(String)
    case guid(String)
    /// A date, or a date and a time.
    case dateTime(String)
    /// In the form `duration'PT8H'`.
    case duration(String)
    /// In the form `namespace.type'member'`.
    case enumeration(type: String, member: String)

    /// As a person wrote it, for messages.
    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): String(value)
        case .integer(let value): String(value)
        case .decimal(let text), .guid(let text), .dateTime(let text): text
        case .string(let text): "'\(text)'"
        case .duration(let text): "duration'\(text)'"
        case .enumeration(let type, let member): "\(type)'\(member)'"
        }
    }
}
