internal import JSON
internal import Storage

/// Makes a database what this build needs: adds what is missing and never takes anything away, so that nodes of the
/// release before keep working.
struct SchemaMigration {
    let schema: Schema
    let stamp: DatabasePurpose
    let connection: Connection

    /// Safe when two nodes start at once: the second waits, and finds everything done.
    /// - Throws: `StorageError.incompatible` with the remedy.
    func run() throws {
        // An index over a large table takes its time, and so does waiting for another node that makes it.
        let patience = connection.patience
        connection.patience = .seconds(6 * 3600)
        defer { connection.patience = patience }
        for attempt in 1... {
            do {
                try once()
                return
            } catch let end as PipelineEnd {
                guard case .refused(let error, _) = end, Self.isRace(error), attempt < 20 else {
                    throw end.storageError
                }
            }
        }
    }

    /// `IF NOT EXISTS` looks before it acts: of two sessions at once, one meets the other's row in a catalog.
    private static func isRace(_ error: ServerError) -> Bool {
        ["23505", "42P07", "42710", "40P01", "55P03", "XX000"].contains(error.state)
    }

    private func once() throws {
        if try !Self.hasMeta(connection) {
            _ = try connection.run([Statement(Schema.meta, isKept: false)]).get()
        }
        try connection.transaction {
            // Conflicts with itself and with changes of the table's rows, and not with reading it.
            try execute("LOCK TABLE meta IN SHARE ROW EXCLUSIVE MODE")
            var meta = try Self.readMeta(connection)
            try checkStamp(meta["stamp"])
            if try isNewer(meta) { return }
            let existing = try existingRelations()
            for relation in schema.relations where !existing.contains(relation.name) { try execute(relation.statement) }
            for table in schema.sorted { try fill(table, isNew: !existing.contains(table.kind.name), &meta) }
            for index in schema.indexes where !existing.contains(index.name) { try execute(index.statement) }
            try write("schema", String(DatabaseLayout.version))
            try write("compatibleFrom", String(DatabaseLayout.compatibleFrom))
            try write("stamp", stamp.rawValue)
            if meta["clock"] == nil { try write("clock", "0") }
            if meta["attached"] == nil { try write("attached", "") }
        }
    }

    // MARK: Whether it may be opened

    /// Whether the database can be read as it is.
    /// - Throws: `StorageError.incompatible` with the remedy.
    func check() throws {
        guard try Self.hasMeta(connection), case let meta = try Self.readMeta(connection), meta["stamp"] != nil else {
            throw StorageError.incompatible(
                "The database holds nothing of Countersign's. Start the server once to make it one.")
        }
        try checkStamp(meta["stamp"])
        if try isNewer(meta) { return }
        guard meta["schema"] == String(DatabaseLayout.version),
            schema.sorted.allSatisfy({ meta[Self.layoutName($0)] == Self.layout($0) })
        else {
            throw StorageError.incompatible(
                "The database was written by an older release. Start the server once to bring it up to date.")
        }
    }

    /// What a database is for; nil where it holds nothing of ours.
    static func stamp(on connection: Connection) throws -> DatabasePurpose? {
        try hasMeta(connection) ? readMeta(connection)["stamp"].flatMap(DatabasePurpose.init(rawValue:)) : nil
    }

    private func checkStamp(_ stored: String?) throws(StorageError) {
        guard let stored, stored != stamp.rawValue else { return }
        throw .incompatible(
            "The database was made for '\(stored)' and can't be opened for '\(stamp.rawValue)': people, keys and tokens of one "
                + "must not count in the other. Name another database.")
    }

    /// Whether a newer release has been here, which lets this one work without changing anything.
    private func isNewer(_ meta: [String: String]) throws(StorageError) -> Bool {
        guard let version = meta["schema"].flatMap(Int64.init), version > DatabaseLayout.version else { return false }
        guard let oldest = meta["compatibleFrom"].flatMap(Int64.init), oldest <= DatabaseLayout.version else {
            throw .incompatible(
                "The database has schema \(version) of a newer release, and this one knows schema \(DatabaseLayout.version). Start the "
                    + "newer release, or restore the backup that was made before it was started.")
        }
        return true
    }

    // MARK: What is there

    private static func hasMeta(_ connection: Connection) throws -> Bool {
        try connection.run([Statement("SELECT to_regclass('meta')", isKept: false)]).get()[0].rows.first?[0] != nil
    }

    private static func readMeta(_ connection: Connection) throws -> [String: String] {
        let rows = try connection.run([Statement("SELECT name, value FROM meta", isKept: false)]).get()[0].rows
        return Dictionary(rows.map { ($0.text(0), $0.text(1)) }, uniquingKeysWith: { first, _ in first })
    }

    private func write(_ name: String, _ value: String) throws {
        let statement = Statement(
            "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value "
                + "WHERE meta.value <> excluded.value",
            [.text(name), .text(value)], isKept: false)
        _ = try connection.run([statement]).get()
    }

    private func execute(_ text: String) throws { _ = try connection.run([Statement(text, isKept: false)]).get() }

    private func existingRelations() throws -> Set<String> {
        let statement = Statement(
            "SELECT relname FROM pg_class WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = 'meta'::regclass)",
            isKept: false)
        return Set(try connection.run([statement]).get()[0].rows.map { $0.text(0) })
    }

    // MARK: Columns and entries of kinds that have changed

    /// The row that lists the documents of a kind that couldn't be computed.
    static func unreadableName(_ kind: String) -> String { "unreadable:\(kind)" }

    private static func layoutName(_ table: Table) -> String { "layout:\(table.kind.name)" }

    private static func layout(_ table: Table) -> String {
        let parts = table.kind.columns.map { "\($0.name):\($0.type)" } + table.kind.indexes.map { "@\($0.name)" }
        return parts.sorted().joined(separator: " ")
    }

    /// Adds a kind's new columns and computes them, and its index entries, for the documents that are already there.
    private func fill(_ table: Table, isNew: Bool, _ meta: inout [String: String]) throws {
        let (name, text) = (Self.layoutName(table), Self.layout(table))
        guard meta[name] != text else { return }
        if !isNew {
            for (column, sql) in table.columns {
                try execute(
                    "ALTER TABLE \(table.name) ADD COLUMN IF NOT EXISTS \(Schema.definition(of: column, named: sql))")
            }
            try recompute(table)
        }
        try write(name, text)
    }

    /// A document that can't be read is out of use already: it is listed and keeps no other from being served.
    private func recompute(_ table: Table) throws {
        // Also what a release in between has neglected to take away.
        let stale = Statement(
            "DELETE FROM entries WHERE kind = $1 AND idx = ANY ($2::text[])",
            [.text(table.kind.name), .texts(table.kind.indexes.map(\.name))], isKept: false)
        _ = try connection.run([stale]).get()
        var last: (tenant: String, id: String) = ("", "")
        var unreadable: [UnreadableDocument] = []
        while true {
            let page = Statement(
                "SELECT tenant, id, version, document, internals, settles_at FROM \(table.name) WHERE (tenant, id) > ($1, $2) "
                    + "ORDER BY tenant, id LIMIT 500",
                [.text(last.tenant), .text(last.id)])
            let rows = try connection.run([page]).get()[0].rows
            guard let end = rows.last else { break }
            var statements: [Statement] = []
            for row in rows {
                let (tenant, stored) = (row.text(0), StoredRow(Key(table.kind.name, row.text(1)), row, from: 2))
                if let reason = table.kind.flaw(in: stored) {
                    unreadable.append(
                        UnreadableDocument(tenant: tenant, key: stored.key, version: stored.version, reason: reason))
                } else {
                    statements += try recomputation(of: stored, tenant, in: table)
                }
            }
            _ = try connection.run(statements).get()
            last = (end.text(0), end.text(1))
        }
        try write(Self.unreadableName(table.kind.name), UnreadableDocument.text(unreadable))
    }

    private func recomputation(of row: StoredRow, _ tenant: String, in table: Table) throws -> [Statement] {
        var statements: [Statement] = []
        let document = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        if !table.columns.isEmpty {
            let assignments = table.columns.enumerated().map {
                "\($0.element.name) = $\($0.offset + 3)::\($0.element.column.type.sql)"
            }
            statements.append(
                Statement(
                    "UPDATE \(table.name) SET \(assignments.joined(separator: ", ")) WHERE tenant = $1 AND id = $2",
                    [.text(tenant), .text(row.key.id)] + table.columns.map { Parameter($0.column.value(in: document)) })
            )
        }
        let internals = try JSONReader.read(row.internals, limits: .stored).object ?? JSONObject()
        let entries = try table.kind.entries(document: document, internals: internals).sorted()
        if !entries.isEmpty {
            statements.append(EntryStatements.add(entries.map { ($0, row.key) }, tenant: tenant))
        }
        return statements
    }
}
