internal import Storage

/// The table of one kind, and the fixed statements over it.
struct Table: Sendable {
    let kind: any AnyKind
    /// Whether it is the log's, which has the leaf, its bytes and its position besides.
    let isLog: Bool
    /// The table's name, quoted.
    let name: String

    init(_ kind: any AnyKind, isLog: Bool) {
        self.kind = kind
        self.isLog = isLog
        name = quoted(kind.name)
    }

    /// Of every kind's table. A property with such a name gets a longer one as a column.
    private static let own = ["tenant", "id", "version", "document", "internals", "settles_at"]
    /// Of the log's table.
    private static let log = ["ordinal", "position", "at", "leaf", "bytes"]

    /// The kind's columns with their quoted names.
    var columns: [(column: Column, name: String)] {
        kind.columns.map { ($0, Self.quotedName(ofColumn: $0.name)) }
    }

    static func quotedName(ofColumn name: String) -> String {
        quoted(own.contains(name) || log.contains(name) ? name + "_" : name)
    }

    /// The real column of a field, quoted.
    func column(of field: Field) -> String? {
        if field == .id { return "id" }
        return columns.first { $0.column.path == field.path && $0.column.type == field.type }?.name
    }

    /// How much of a text an index holds. PostgreSQL can't index a row of more than 2,704 bytes.
    static let indexedCharacters = 200

    /// What an index holds of a column.
    static func indexed(_ column: Column) -> String {
        let name = quotedName(ofColumn: column.name)
        return column.type == .text ? "left(\(name), \(indexedCharacters))" : name
    }

    /// Whether an index holds the field's beginning: it's a text's, and in one of the kind's orderings.
    func isIndexedByPrefix(_ field: Field) -> Bool {
        guard field != .id, field.type == .text, let column = kind.columns.first(where: { $0.path == field.path })
        else {
            return false
        }
        return kind.orderings.contains { $0.contains(column.name) }
    }

    // MARK: Statements

    /// tenant, id, version, document, internals, settles_at, then the kind's columns, then the log's
    var insert: String {
        var names = Self.own + columns.map(\.name)
        var types = ["text", "text", "text", "text", "text", "bigint"] + columns.map { $0.column.type.sql }
        if isLog {
            names += ["ordinal", "leaf", "bytes"]
            types += ["bigint", "bytea", "bytea"]
        }
        let values = types.enumerated().map { "$\($0.offset + 1)::\($0.element)" }
        return "INSERT INTO \(name) (\(names.joined(separator: ", "))) VALUES (\(values.joined(separator: ", ")))"
    }

    /// tenant, id, change, version that is replaced (null: whichever), document, internals, settles_at, columns.
    ///
    /// A write that finds no row names itself at once. Looking for it later wouldn't do: a deletion that came too late
    /// finds the row gone, as if it had been its own.
    var update: String {
        let assignments = columns.enumerated().map {
            "\($0.element.name) = $\($0.offset + 8)::\($0.element.column.type.sql)"
        }
        let all = ["version = $3::text", "document = $5::text", "internals = $6::text", "settles_at = $7::bigint"]
        return Self.named(
            "UPDATE \(name) SET \((all + assignments).joined(separator: ", "))")
    }

    /// tenant, id, change, version that is deleted (null: whichever)
    var delete: String { Self.named("DELETE FROM \(name)") }

    private static func named(_ write: String) -> String {
        "WITH done AS (\(write) WHERE tenant = $1 AND id = $2 AND ($4::text IS NULL OR version = $4) RETURNING 1) "
            + "INSERT INTO conflicts (change, ordinal, what) "
            + "SELECT $3::text, -1, 'document' WHERE $4::text IS NOT NULL AND NOT EXISTS (SELECT 1 FROM done)"
    }

    /// change, tenant, ids, versions (null: absent), ordinals: all that was read of the kind and not written. A row that
    /// another commit holds is a conflict at once, never a wait, so that share and exclusive locks can't form a circle.
    var validateAll: String {
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, r.ordinal, 'document' "
            + "FROM unnest($3::text[], $4::text[], $5::bigint[]) AS r (id, version, ordinal) LEFT JOIN "
            + "(SELECT id, version FROM \(name) WHERE tenant = $2 AND id = ANY ($3::text[]) FOR SHARE NOWAIT) AS k "
            + "ON k.id = r.id WHERE k.version IS DISTINCT FROM r.version"
    }

    /// change, tenant, id, version
    var validateOne: String {
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, -1, 'document' WHERE NOT EXISTS "
            + "(SELECT 1 FROM \(name) WHERE tenant = $2 AND id = $3 AND version = $4 FOR SHARE NOWAIT)"
    }

    /// change, tenant, id
    var validateAbsence: String {
        "INSERT INTO conflicts (change, ordinal, what) SELECT $1::text, -1, 'document' WHERE EXISTS "
            + "(SELECT 1 FROM \(name) WHERE tenant = $2 AND id = $3)"
    }
}

extension FieldType {
    /// The type of a real column.
    var sql: String { self == .text ? "text" : "bigint" }
}

extension Parameter {
    init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(integer)
        }
    }
}
