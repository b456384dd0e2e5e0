internal import EDM
internal import Storage
internal import Text

/// Turns a filter into a condition of SQL with the meaning of `Filter.matches`, binding every value.
///
/// A condition may come out as NULL where the filter is false; at the top and under AND and OR that is the same, and a
/// negation is written `IS NOT TRUE`, so two values are left.
struct Translation {
    let table: Table
    private(set) var parameters: [Parameter]
    private var elements = 0

    init(_ table: Table, tenant: String) {
        self.table = table
        // The first parameter, which every part of a statement refers to.
        parameters = [.text(tenant)]
    }

    /// What a path starts at.
    enum Base: Hashable {
        /// The row of the kind's table, which is called `t`.
        case document
        /// An element of a collection, by its alias.
        case element(String)
    }

    /// - Returns: the parameter's place, `$n`.
    mutating func bind(_ parameter: Parameter) -> String {
        parameters.append(parameter)
        return "$\(parameters.count)"
    }

    mutating func condition(_ filter: Filter, on base: Base = .document) -> String {
        switch filter {
        case .constant(let constant): return constant ? "true" : "false"
        case .compare(let field, let comparison, let value): return compare(field, comparison, value, on: base)
        case .isIn(let field, let values): return isIn(field, values, on: base)
        case .text(let function, let field, let wanted, let ignoringCase):
            return text(function, field, wanted, ignoringCase: ignoringCase, on: base)
        case .any(let path, let inner): return any(path, inner, on: base)
        case .entry(let index, let values):
            // An element of a collection has no entries.
            return base == .document ? entry(index, values) : "false"
        case .and(let filters):
            return filters.isEmpty
                ? "true" : "(" + filters.map { condition($0, on: base) }.joined(separator: " AND ") + ")"
        case .or(let filters):
            return filters.isEmpty
                ? "false" : "(" + filters.map { condition($0, on: base) }.joined(separator: " OR ") + ")"
        case .not(let inner): return "((\(condition(inner, on: base))) IS NOT TRUE)"
        }
    }

    // MARK: Comparing

    private mutating func compare(
        _ field: Field, _ comparison: Filter.Comparison, _ value: FieldValue, on base: Base
    ) -> String {
        let (expression, isColumn) = self.expression(field, on: base, against: [value])
        if value == .null {
            switch comparison {
            case .equal: return "\(expression) IS NULL"
            case .notEqual: return "\(expression) IS NOT NULL"
            case .less, .lessOrEqual, .greater, .greaterOrEqual: return "false"
            }
        }
        guard value.type == field.type else {
            // Values of two types are neither equal nor one before the other.
            switch comparison {
            case .equal, .less, .greater: return "false"
            case .notEqual: return "true"
            case .lessOrEqual, .greaterOrEqual: return "\(expression) IS NOT NULL"
            }
        }
        if case .text(let text) = value, let end = text.utf8.firstIndex(of: 0) {
            return compare(expression, comparison, beyond: String(text[..<end]))
        }
        let bound =
            bind(Parameter(isColumn ? value.inColumn : value.inDocument)) + "::" + field.type.sql(isColumn: isColumn)
        switch comparison {
        case .equal: return "\(expression) = \(bound)"
        case .notEqual: return "\(expression) IS DISTINCT FROM \(bound)"
        case .less: return "\(expression) < \(bound)"
        case .lessOrEqual: return "\(expression) <= \(bound)"
        case .greater: return "\(expression) > \(bound)"
        case .greaterOrEqual: return "\(expression) >= \(bound)"
        }
    }

    /// Compares with a text that goes on with U+0000, which no stored text has and PostgreSQL can't take: it lies right
    /// after the text before it.
    private mutating func compare(_ expression: String, _ comparison: Filter.Comparison, beyond text: String) -> String
    {
        switch comparison {
        case .equal: "false"
        case .notEqual: "true"
        case .less, .lessOrEqual: "\(expression) <= \(bind(.text(text)))::text"
        case .greater, .greaterOrEqual: "\(expression) > \(bind(.text(text)))::text"
        }
    }

    private mutating func isIn(_ field: Field, _ values: [FieldValue], on base: Base) -> String {
        let (expression, isColumn) = self.expression(field, on: base, against: values)
        var alternatives: [String] = []
        var texts: [String] = []
        var integers: [Int64] = []
        for value in values where value.type == field.type {
            switch isColumn ? value.inColumn : value.inDocument {
            case .text(let text): if !text.utf8.contains(0) { texts.append(text) }
            case .integer(let integer): integers.append(integer)
            case .null: break
            }
        }
        if !texts.isEmpty { alternatives.append("\(expression) = ANY (\(bind(.texts(texts)))::text[])") }
        if !integers.isEmpty { alternatives.append("\(expression) = ANY (\(bind(.integers(integers)))::bigint[])") }
        if values.contains(.null) { alternatives.append("\(expression) IS NULL") }
        return alternatives.isEmpty ? "false" : "(" + alternatives.joined(separator: " OR ") + ")"
    }

    private mutating func text(
        _ function: Filter.TextFunction, _ field: Field, _ wanted: String, ignoringCase: Bool, on base: Base
    ) -> String {
        guard field.type == .text, !wanted.utf8.contains(0) else { return "false" }
        let plain = expression(field, on: base).sql
        // In the collation "C" lower case is ASCII's only, as in Swift.
        let expression = ignoringCase ? #"lower(\#(plain) COLLATE "C")"# : plain
        let bound = bind(.text(ignoringCase ? wanted.asciiLowercased : wanted)) + "::text"
        switch function {
        case .equals: return "\(expression) = \(bound)"
        case .startsWith: return "starts_with(\(expression), \(bound))"
        case .endsWith: return "right(\(expression), length(\(bound))) = \(bound)"
        case .contains: return "strpos(\(expression), \(bound)) > 0"
        }
    }

    // MARK: Collections and entries

    private mutating func any(_ path: [String], _ inner: Filter?, on base: Base) -> String {
        let json = json(path, on: base)
        let array = "CASE json_typeof(\(json)) WHEN 'array' THEN \(json) END"
        guard let inner else { return "json_array_length(\(array)) > 0" }
        elements += 1
        let alias = "e\(elements)"
        return "EXISTS (SELECT 1 FROM json_array_elements(\(array)) AS \(alias) (value) "
            + "WHERE \(condition(inner, on: .element(alias))))"
    }

    private mutating func entry(_ index: String, _ values: [String]) -> String {
        let values = values.filter { !$0.utf8.contains(0) }
        guard !values.isEmpty, !index.utf8.contains(0) else { return "false" }
        let isOne = values.count == 1
        let wanted =
            isOne ? "e.value = \(bind(.text(values[0])))::text" : "e.value = ANY (\(bind(.texts(values)))::text[])"
        return "t.id IN (SELECT e.id FROM entries AS e WHERE e.tenant = $1::text "
            + "AND e.idx = \(bind(.text(index)))::text AND \(wanted) AND e.kind = \(bind(.text(table.kind.name)))::text)"
    }

    /// Whether the row `t` has an entry, as a look-up of each value under its own id.
    mutating func probe(_ index: String, _ values: [String]) -> String {
        let values = values.filter { !$0.utf8.contains(0) }
        guard !values.isEmpty, !index.utf8.contains(0) else { return "false" }
        return "EXISTS (SELECT 1 FROM entries AS e WHERE e.tenant = $1::text AND e.idx = \(bind(.text(index)))::text "
            + "AND e.value = ANY (\(bind(.texts(values)))::text[]) AND e.kind = \(bind(.text(table.kind.name)))::text "
            + "AND e.id = t.id)"
    }

    // MARK: Values

    /// A field's value in SQL, and whether it's a real column's.
    mutating func expression(_ field: Field, on base: Base = .document) -> (sql: String, isColumn: Bool) {
        if base == .document, let column = table.column(of: field) { return ("t.\(column)", true) }
        return (Self.typed(json(field.path, on: base), as: field.type), false)
    }

    /// A field's value where it's compared: a text's beginning, as the index has it, where that is enough. It compares with
    /// a shorter text as the whole does.
    private mutating func expression(
        _ field: Field, on base: Base, against values: [FieldValue]
    ) -> (sql: String, isColumn: Bool) {
        let whole = expression(field, on: base)
        let areShort = values.allSatisfy { $0.text.map { $0.unicodeScalars.count < Table.indexedCharacters } ?? true }
        guard base == .document, areShort, table.isIndexedByPrefix(field) else { return whole }
        return ("left(\(whole.sql), \(Table.indexedCharacters))", true)
    }

    /// What rows are ordered by: a text by its beginning, as an index gives it, and then by the whole.
    mutating func order(by field: Field) -> [String] {
        let whole = expression(field).sql
        return table.isIndexedByPrefix(field) ? ["left(\(whole), \(Table.indexedCharacters))", whole] : [whole]
    }

    private mutating func json(_ path: [String], on base: Base) -> String {
        let start =
            switch base {
            case .document: "t.document::json"
            case .element(let alias): "\(alias).value"
            }
        return path.isEmpty ? start : "(\(start) #> \(bind(.texts(path)))::text[])"
    }

    /// A JSON value as the type that its property has, or NULL where it isn't of that type.
    private static func typed(_ json: String, as type: FieldType) -> String {
        let text = "(\(json) #>> '{}')"
        switch type {
        case .text: return #"(CASE json_typeof(\#(json)) WHEN 'string' THEN \#(text) END COLLATE "C")"#
        case .integer:
            return
                "(CASE WHEN json_typeof(\(json)) = 'number' THEN CASE WHEN \(text)::numeric = trunc(\(text)::numeric) AND "
                + "\(text)::numeric BETWEEN -9223372036854775808 AND 9223372036854775807 THEN \(text)::numeric::bigint END END)"
        case .boolean:
            return
                "(CASE WHEN json_typeof(\(json)) = 'boolean' THEN CASE \(text) WHEN 'true' THEN 1 ELSE 0 END END)::bigint"
        case .instant:
            // Documents hold one fixed-width form, which sorts as time does; other text isn't an instant.
            return
                "(CASE WHEN json_typeof(\(json)) = 'string' AND \(text) LIKE '____-__-__T__:__:__.______Z' THEN \(text) END "
                + #"COLLATE "C")"#
        }
    }
}

extension FieldType {
    /// The type in which a value is compared: an instant in a document is its text.
    fileprivate func sql(isColumn: Bool) -> String { !isColumn && self == .instant ? "text" : sql }
}

extension FieldValue {
    fileprivate var text: String? { if case .text(let text) = self { text } else { nil } }

    /// nil for null, which every type has.
    var type: FieldType? {
        switch self {
        case .null: nil
        case .text: .text
        case .integer: .integer
        case .boolean: .boolean
        case .instant: .instant
        }
    }
}
