internal import Storage

/// Where a filter's fields are: in a row of a kind's table, or in an element of a collection.
enum Scope {
    case row(Table)
    /// An element of `json_each` under an alias.
    case element(alias: String, depth: Int)

    /// The alias of the kind's table in every query.
    static let row = "t"

    var depth: Int { if case .element(_, let depth) = self { depth } else { 0 } }

    /// A field's value with its type: NULL where it is missing or is something else.
    func value(of field: Field) -> (sql: String, isColumn: Bool) {
        switch self {
        case .row(let table):
            if field.path == Field.id.path { return ("\(Self.row).id", true) }
            if let column = table.column(field) { return ("\(Self.row).\(column)", true) }
        case .element(let alias, _):
            if field.path.isEmpty { return (Self.value("\(alias).type", "\(alias).value", field.type), false) }
        }
        guard let path = Self.path(field.path) else { return ("NULL", false) }
        let at = "(\(json), \(path))"
        return (Self.value("json_type\(at)", "json_extract\(at)", field.type), false)
    }

    /// The JSON that paths lead into. An element that is no object has none: its text may be anything.
    var json: String {
        switch self {
        case .row: "\(Self.row).document"
        case .element(let alias, _): "CASE \(alias).type WHEN 'object' THEN \(alias).value END"
        }
    }

    /// The JSON path of declared names, as an SQL literal; nil where a name can't be written in one.
    static func path(_ names: [String]) -> String? {
        guard !names.isEmpty, names.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x22 && $0 != 0x5C } }) else {
            return nil
        }
        let path = "$" + names.map { ".\"\($0)\"" }.joined()
        return "'\(path.replacing("'", with: "''"))'"
    }

    /// As `Field.value(of:)` reads JSON. Whole numbers may be written with a fraction of zeros.
    private static func value(_ type: String, _ value: String, _ wanted: FieldType) -> String {
        switch wanted {
        case .text, .instant: "CASE \(type) WHEN 'text' THEN \(value) END"
        case .boolean: "CASE \(type) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END"
        case .integer:
            """
            CASE WHEN \(type) = 'integer' AND typeof(\(value)) = 'integer' THEN \(value) \
            WHEN \(type) = 'real' AND abs(\(value)) < 9007199254740992 AND \(value) = CAST(\(value) AS INTEGER) \
            THEN CAST(\(value) AS INTEGER) END
            """
        }
    }
}

extension FieldValue {
    /// Whether a field of that type can have the value; null aside.
    func fits(_ type: FieldType) -> Bool {
        switch (self, type) {
        case (.text, .text), (.integer, .integer), (.boolean, .boolean), (.instant, .instant): true
        default: false
        }
    }
}
