internal import EDM
internal import Storage

/// A kind's table and the statements that it is read and written with.
struct Table: Sendable {
    let kind: any AnyKind
    let isEvents: Bool
    /// Among the tables of the catalog.
    let place: Int
    /// Quoted.
    let name: String
    /// The kind's columns in its order, each with its quoted name.
    let columns: [(column: Column, name: String)]

    let version: String
    let get: String
    /// What a reader by key needs: version, document, settling, then the columns, which say who may see it.
    let point: String
    let insert: String
    let update: String
    let delete: String

    init(_ kind: any AnyKind, at place: Int, isEvents: Bool = false) {
        self.kind = kind
        self.place = place
        self.isEvents = isEvents
        let table = Self.quoted(kind.name)
        let columns = kind.columns.map { (column: $0, name: Self.columnName($0.name)) }
        self.columns = columns
        name = table
        let key = "tenant = ? AND id = ?"
        // The fault leaves out both comparisons: the one of what was read, and the one of what is replaced.
        let replaced =
            PlantedFault.skippedVersionCheck.isPlanted ? "\(key) AND ? IS NOT NULL" : "\(key) AND version = ?"
        version = "SELECT version FROM \(table) WHERE \(key)"
        get = "SELECT version, document, internals, settles_at FROM \(table) WHERE \(key)"
        let selected = (["version", "document", "settles_at"] + columns.map(\.name)).joined(separator: ", ")
        point = "SELECT \(selected) FROM \(table) WHERE \(key)"
        let own = isEvents ? Self.eventColumns : []
        let names = Self.commonColumns + own + columns.map(\.name)
        insert =
            "INSERT INTO \(table) (\(names.joined(separator: ", "))) "
            + "VALUES (\(names.map { _ in "?" }.joined(separator: ", ")))"
        let changed = ["version", "document", "internals", "settles_at"] + columns.map(\.name)
        update = "UPDATE \(table) SET \(changed.map { "\($0) = ?" }.joined(separator: ", ")) WHERE \(replaced)"
        delete = "DELETE FROM \(table) WHERE \(replaced)"
    }

    private static let commonColumns = ["tenant", "id", "version", "document", "internals", "settles_at"]
    private static let eventColumns = ["position", "at", "event", "leaf"]
    private static let ownColumns = Set(commonColumns + eventColumns + ["rowid", "oid", "_rowid_"])

    static func quoted(_ name: String) -> String {
        precondition(!name.contains("\""), "\(name) can't be a name in SQL")
        return "\"\(name)\""
    }

    /// A property may be called like a column of the table's own (`version`), which SQLite compares ignoring case.
    private static func columnName(_ name: String) -> String {
        quoted(ownColumns.contains(name.lowercased()) ? name + "_" : name)
    }

    func column(_ field: Field) -> String? {
        columns.first { $0.column.path == field.path && $0.column.type == field.type }?.name
    }

    /// The ordering indexes, as quoted names.
    var orderings: [[String]] {
        kind.orderings.map { $0.map { name in columns.first { $0.column.name == name }?.name ?? Self.quoted(name) } }
    }
}

extension Table {
    /// Statements that make the table and its indexes where they don't exist.
    ///
    /// A table with rowids: clustering a kilobyte of JSON by its key would make every index hold the whole key instead of a
    /// number, and the pages of the tree hold four documents each.
    var schema: [String] {
        let own =
            isEvents
            ? ["position INTEGER NOT NULL", "at INTEGER NOT NULL", "event BLOB NOT NULL", "leaf BLOB NOT NULL"] : []
        let all =
            [
                "tenant TEXT NOT NULL", "id TEXT NOT NULL", "version TEXT NOT NULL", "document TEXT NOT NULL",
                "internals TEXT NOT NULL", "settles_at INTEGER",
            ] + own + columns.map { Self.declaration($0) } + ["PRIMARY KEY (tenant, id)"]
        return ["CREATE TABLE IF NOT EXISTS \(name) (\(all.joined(separator: ", "))) STRICT"]
    }

    static func declaration(_ column: (column: Column, name: String)) -> String {
        "\(column.name) \(column.column.type == .text ? "TEXT" : "INTEGER")"
    }

    /// After the columns, which a migration may have added.
    var indexes: [String] {
        var statements = orderings.map { columns in
            let list = columns.joined(separator: ", ")
            let index = Self.quoted("\(kind.name): \(list.replacing("\"", with: ""))")
            return "CREATE INDEX IF NOT EXISTS \(index) ON \(name) (tenant, \(list), id)"
        }
        if isEvents {
            statements.append(
                "CREATE UNIQUE INDEX IF NOT EXISTS \(Self.quoted("\(kind.name): position")) ON \(name) (tenant, position)"
            )
        } else {
            statements.append(
                "CREATE INDEX IF NOT EXISTS \(Self.quoted("\(kind.name): settles_at")) "
                    + "ON \(name) (settles_at, tenant, id) WHERE settles_at IS NOT NULL")
        }
        return statements
    }
}

/// The tables of a catalog.
struct Tables: Sendable {
    let catalog: Catalog
    let kinds: [Table]
    let events: Table
    private let byName: [String: Table]

    init(_ catalog: Catalog) {
        self.catalog = catalog
        kinds = catalog.kinds.enumerated().map { Table($0.element, at: $0.offset) }
        events = Table(catalog.events, at: kinds.count, isEvents: true)
        byName = Dictionary(uniqueKeysWithValues: (kinds + [events]).map { ($0.kind.name, $0) })
        for name in byName.keys {
            precondition(
                !Self.shared.contains(name.lowercased()), "a kind can't be called \(name), as a table of all kinds is")
        }
    }

    var all: [Table] { kinds + [events] }

    subscript(kind: String) -> Table? { byName[kind] }

    private static let shared: Set = ["entries", "stamps", "names", "changes", "heads", "meta", "snapshots"]

    /// Statements that make the tables that all kinds share.
    static let schema = [
        "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID",
        """
        CREATE TABLE IF NOT EXISTS entries (tenant TEXT NOT NULL, idx TEXT NOT NULL, value TEXT NOT NULL,
            kind TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (tenant, idx, value, kind, id)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS stamps (tenant TEXT NOT NULL, idx TEXT NOT NULL, value TEXT NOT NULL,
            stamp INTEGER NOT NULL, PRIMARY KEY (tenant, idx, value)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS names (tenant TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
            id TEXT NOT NULL, PRIMARY KEY (tenant, name)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS changes (tenant TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL,
            PRIMARY KEY (tenant, id)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS heads (tenant TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE IF NOT EXISTS snapshots (name TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL)
            STRICT, WITHOUT ROWID
        """,
    ]
}
