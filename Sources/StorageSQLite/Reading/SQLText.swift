internal import EDM
internal import Storage

/// A piece of SQL with the values of its parameters, which join in the order in which they are written.
struct SQLText: ExpressibleByStringInterpolation {
    private(set) var text: String
    private(set) var bindings: [Binding]

    init(_ text: String, _ bindings: [Binding] = []) {
        self.text = text
        self.bindings = bindings
    }

    init(stringLiteral value: String) { self.init(value) }
    init(stringInterpolation: Interpolation) { self = stringInterpolation.sql }

    static let yes: SQLText = "1"
    static let no: SQLText = "0"

    /// Interpolates SQL as SQL; a value only as a parameter.
    struct Interpolation: StringInterpolationProtocol {
        fileprivate var sql = SQLText("")

        init(literalCapacity: Int, interpolationCount: Int) {}

        mutating func appendLiteral(_ literal: String) { sql.text += literal }
        mutating func appendInterpolation(_ other: SQLText) { sql += other }
        /// A name or text that this house has written.
        mutating func appendInterpolation(raw name: String) { sql.text += name }
        mutating func appendInterpolation(_ value: SQLValue) { sql += SQLText("?", [Binding(value)]) }
        mutating func appendInterpolation(_ value: String) { sql += SQLText("?", [.text(value)]) }
        mutating func appendInterpolation(_ value: Int64) { sql += SQLText("?", [.integer(value)]) }
        mutating func appendInterpolation(list values: [SQLValue]) {
            sql += SQLText(values.map { _ in "?" }.joined(separator: ", "), values.map(Binding.init))
        }
    }

    static func += (lhs: inout SQLText, rhs: SQLText) {
        lhs.text += rhs.text
        lhs.bindings += rhs.bindings
    }
}

extension [SQLText] {
    func joined(_ separator: String) -> SQLText {
        SQLText(map(\.text).joined(separator: separator), flatMap(\.bindings))
    }

    var all: SQLText { isEmpty ? .yes : count == 1 ? self[0] : "(\(joined(" AND ")))" }
    var any: SQLText { isEmpty ? .no : count == 1 ? self[0] : "(\(joined(" OR ")))" }
}
