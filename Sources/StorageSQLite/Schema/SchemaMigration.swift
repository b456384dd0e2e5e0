internal import EDM
internal import JSON
internal import Storage

/// Brings a database to the catalog of this build, in one transaction. It only ever adds: tables of new kinds, columns,
/// index entries and indexes; so the release before can be installed again.
struct SchemaMigration {
    let connection: Connection
    let tables: Tables

    func run(stamp: DatabasePurpose) throws {
        try connection.transaction {
            if try connection.integer("PRAGMA application_id") != Meta.applicationID {
                try connection.run("PRAGMA application_id = \(Meta.applicationID)")
            }
            for statement in Tables.schema { try connection.run(statement) }
            try set(.stamp, .text(stamp.rawValue))
            if try connection.metaInteger(.schemaVersion) ?? 0 < DatabaseLayout.version {
                try set(.schemaVersion, .integer(DatabaseLayout.version))
                try set(.compatibleFrom, .integer(DatabaseLayout.compatibleFrom))
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
            let indexes = upkeep.indexes.subtracting(before.indexes)
            if !columns.isEmpty || !indexes.isEmpty { try compute(columns, indexes, of: table) }
        }
        for statement in table.indexes { try connection.run(statement) }
        if before != upkeep { try connection.setMeta(Meta.upkeep(table.kind.name), .text(upkeep.text)) }
    }

    /// Computes columns and index entries that the build before didn't have, or that an older build in between has
    /// neglected. A document that can't be read is out of use already: it is listed and keeps no other from being served.
    private func compute(
        _ columns: [(column: Column, name: String)], _ indexes: Set<String>, of table: Table
    ) throws {
        for index in indexes {
            try connection.run(
                "DELETE FROM entries WHERE idx = ? AND kind = ?", [.text(index), .text(table.kind.name)])
        }
        let assignments = columns.map { "\($0.name) = ?" }.joined(separator: ", ")
        let update = "UPDATE \(table.name) SET \(assignments) WHERE rowid = ?"
        var unreadable: [UnreadableDocument] = []
        try forEachRow(of: table) { rowID, tenant, row in
            if let reason = table.kind.flaw(in: row) {
                unreadable.append(
                    UnreadableDocument(tenant: tenant, key: row.key, version: row.version, reason: reason))
                return
            }
            let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
            if !columns.isEmpty {
                try connection.run(
                    update, columns.map { Binding($0.column.value(in: document)) } + [.integer(rowID)])
            }
            guard !indexes.isEmpty else { return }
            let internals = try JSONReader.read(row.internals, limits: .stored).object ?? JSONObject()
            for entry in try table.kind.entries(document: document, internals: internals).sorted()
            where indexes.contains(entry.index) {
                try connection.run(
                    "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                    [.text(tenant), .text(entry.index), .text(entry.value), .text(row.key.kind), .text(row.key.id)])
            }
        }
        try connection.setMeta(
            Meta.unreadable(table.kind.name), unreadable.isEmpty ? nil : .text(UnreadableDocument.text(unreadable)))
    }

    private func forEachRow(of table: Table, _ body: (_ rowID: Int64, _ tenant: String, StoredRow) throws -> Void)
        throws
    {
        let sql =
            "SELECT rowid, tenant, id, version, document, internals FROM \(table.name) WHERE rowid > ? "
            + "ORDER BY rowid LIMIT 500"
        var last: Int64 = 0
        while true {
            let page = try connection.rows(sql, [.integer(last)]) { row in
                let stored = StoredRow(
                    key: Key(table.kind.name, row.text(2)), version: row.text(3), document: row.bytes(4),
                    internals: row.bytes(5), settlesAt: nil)
                return (row.integer(0), row.text(1), stored)
            }
            guard let end = page.last else { return }
            for (rowID, tenant, row) in page { try body(rowID, tenant, row) }
            last = end.0
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
