internal import EDM
internal import JSON
internal import Storage

/// Brings a database to the catalog of this build, in one transaction. It only ever adds: tables of new kinds, columns,
/// index entries and indexes; so the release before can be installed again.
struct Migration {
    let connection: Connection
    let tables: Tables

    func run(stamp: DatabasePurpose) throws {
        try connection.transaction {
            if try connection.integer("PRAGMA application_id") != Meta.applicationID {
                try connection.run("PRAGMA application_id = \(Meta.applicationID)")
            }
            for statement in Tables.schema { try connection.run(statement) }
            try set(.stamp, .text(stamp.rawValue))
            if try connection.metaInteger(.schemaVersion) ?? 0 < Meta.schemaVersion {
                try set(.schemaVersion, .integer(Meta.schemaVersion))
                try set(.compatibleFrom, .integer(Meta.compatibleFrom))
            }
            for table in tables.all { try migrate(table) }
        }
    }

    /// Writes only what differs, so that opening changes nothing.
    private func set(_ name: Meta.Name, _ value: SQLValue) throws {
        if try connection.meta(name) != value { try connection.setMeta(name, value) }
    }

    private func migrate(_ table: Table) throws {
        for statement in table.schema { try connection.run(statement) }
        let existing = Set(try connection.columns(of: table))
        for column in table.columns where !existing.contains(column.name.lowercased()) {
            try connection.run("ALTER TABLE \(table.name) ADD COLUMN \(Table.declaration(column))")
        }
        let upkeep = Upkeep(table.kind)
        let before = try connection.upkeep(of: table.kind)
        if let before {
            let columns = table.columns.filter { !before.columns.contains($0.column.name) }
            if !columns.isEmpty { try fill(columns, of: table) }
            let indexes = upkeep.indexes.subtracting(before.indexes)
            if !indexes.isEmpty { try enter(indexes, of: table) }
        }
        for statement in table.indexes { try connection.run(statement) }
        if before != upkeep { try connection.setMeta(Meta.upkeep(table.kind.name), .text(upkeep.text)) }
    }

    /// Computes columns that the build before didn't have, or that an older build in between has neglected.
    private func fill(_ columns: [(column: Column, name: String)], of table: Table) throws {
        let assignments = columns.map { "\($0.name) = ?" }.joined(separator: ", ")
        let sql = "UPDATE \(table.name) SET \(assignments) WHERE rowid = ?"
        try forEachDocument(of: table) { row in
            try connection.run(
                sql, columns.map { Binding($0.column.value(in: row.document)) } + [.integer(row.rowID)])
        }
    }

    /// Computes the entries of indexes that the build before didn't have.
    private func enter(_ indexes: Set<String>, of table: Table) throws {
        for index in indexes {
            try connection.run(
                "DELETE FROM entries WHERE idx = ? AND kind = ?", [.text(index), .text(table.kind.name)])
        }
        try forEachDocument(of: table) { row in
            let entries = try table.kind.entries(document: row.document, internals: row.internals)
            for entry in entries.sorted() where indexes.contains(entry.index) {
                try connection.run(
                    "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                    [.text(row.tenant), .text(entry.index), .text(entry.value), .text(table.kind.name), .text(row.id)])
            }
        }
    }

    private struct Row {
        let rowID: Int64
        let tenant: String
        let id: String
        let document: JSONObject
        let internals: JSONObject
    }

    private func forEachDocument(of table: Table, _ body: (Row) throws -> Void) throws {
        let sql =
            "SELECT rowid, tenant, id, document, internals FROM \(table.name) WHERE rowid > ? ORDER BY rowid LIMIT 500"
        var last: Int64 = 0
        while true {
            let page = try connection.rows(sql, [.integer(last)]) { row in
                do {
                    return Row(
                        rowID: row.integer(0), tenant: row.text(1), id: row.text(2),
                        document: try JSONReader.read(row.bytes(3), limits: .stored).object ?? JSONObject(),
                        internals: try JSONReader.read(row.bytes(4), limits: .stored).object ?? JSONObject())
                } catch let invalid as Invalid {
                    throw StorageError.corrupt(Key(table.kind.name, row.text(2)), invalid.description)
                }
            }
            guard let end = page.last else { return }
            try page.forEach(body)
            last = end.rowID
        }
    }
}

/// What of a kind a build keeps up to date.
struct Upkeep: Hashable {
    let columns: Set<String>
    let indexes: Set<String>

    init(_ kind: any AnyKind) {
        columns = Set(kind.columns.map(\.name))
        indexes = Set(kind.indexes.map(\.name))
    }

    init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        columns = Set(parts[0].split(separator: ",").map(String.init))
        indexes = Set(parts[1].split(separator: ",").map(String.init))
    }

    var text: String {
        "\(columns.sorted().joined(separator: ","));\(indexes.sorted().joined(separator: ","))"
    }
}

extension Connection {
    func upkeep(of kind: any AnyKind) throws -> Upkeep? {
        if case .text(let text) = try meta(Meta.upkeep(kind.name)) { Upkeep(text) } else { nil }
    }

    /// Quoted, in lower case.
    func columns(of table: Table) throws -> [String] {
        try rows("SELECT name FROM pragma_table_info(?)", [.text(table.kind.name)]) {
            Table.quoted($0.text(0)).lowercased()
        }
    }

    /// Whether a build that only reads finds everything that it asks for.
    func serves(_ tables: Tables) throws -> Bool {
        try tables.all.allSatisfy { table in
            guard let upkeep = try upkeep(of: table.kind) else { return false }
            let wanted = Upkeep(table.kind)
            return wanted.columns.isSubset(of: upkeep.columns) && wanted.indexes.isSubset(of: upkeep.indexes)
        }
    }
}
