package import EDM
package import Storage

extension SQLiteEngine {
    /// Reads in the calling task.
    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try checkRunning()
        return try Self.reporting { try readers.read(body) }
    }

    private func table(_ kind: String) throws -> Table {
        guard let table = tables[kind] else {
            throw StorageError.unavailable("This database has no objects of the kind '\(kind)'.")
        }
        return table
    }

    // MARK: What decisions ask

    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        let table = try table(key.kind)
        return try read { try $0.stored(key, tenant, table) }
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        let under: [Binding] = [.text(tenant), .text(value.index), .text(value.value)]
        return try read { connection in
            // One snapshot for the stamp and the rows: after them, it would hide who came in between.
            try connection.transaction("BEGIN") {
                let stamp = try connection.integer(
                    "SELECT stamp FROM stamps WHERE tenant = ? AND idx = ? AND value = ?", under)
                let keys = try connection.rows(
                    "SELECT kind, id FROM entries WHERE tenant = ? AND idx = ? AND value = ? ORDER BY kind, id LIMIT ?",
                    under + [.integer(Int64(min(limit, 1 << 20)) + 1)]
                ) { Key($0.text(0), $0.text(1)) }
                guard keys.count <= limit else { throw StorageError.tooMany(value) }
                let rows = try keys.compactMap { key in
                    try tables[key.kind].flatMap { try connection.stored(key, tenant, $0) }
                }
                return (stamp ?? 0, rows)
            }
        }
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        try read { connection in
            try connection.first(
                "SELECT kind, id FROM names WHERE tenant = ? AND name = ?", [.text(tenant), .text(name)]
            ) {
                Key($0.text(0), $0.text(1))
            }
        }
    }

    // MARK: What readers ask

    package func read(_ query: Query) async throws -> [ReadRow] {
        guard query.visibility != .none, query.limit > 0 else { return [] }
        let table = try table(query.kind.name)
        let sql = try read { try QuerySQL.rows(query, table, access(query, table, $0)) }
        return try await ask(sql, table) { row in
            ReadRow(id: row.text(0), version: row.text(1), document: row.bytes(2), settlesAt: row.instant(3))
        }
    }

    package func count(_ query: Query) async throws -> Int {
        guard query.visibility != .none else { return 0 }
        let table = try table(query.kind.name)
        return try await ask(QuerySQL.count(query, table), table) { Int($0.integer(0)) }.first ?? 0
    }

    func access(_ query: Query, _ table: Table, _ connection: Connection) -> QuerySQL.Access {
        { [abundance] index, values, end, isFiltered in
            let places = values.map { _ in "?" }.joined(separator: ", ")
            let asked = ([query.tenant, index, query.kind.name] + values).joined(separator: "\u{0}")
            var entries = EntryAccess.bound
            if !abundance.isKnown(asked) {
                entries = Int(
                    try connection.integer(
                        """
                        SELECT count(*) FROM (SELECT 1 FROM entries WHERE tenant = ? AND idx = ? AND value IN (\(places)) \
                        AND kind = ? LIMIT ?)
                        """,
                        [.text(query.tenant), .text(index)] + values.map(Binding.text)
                            + [.text(query.kind.name), .integer(Int64(EntryAccess.bound))]) ?? 0)
                if entries >= EntryAccess.bound { abundance.note(asked) }
            }
            let rows = try connection.integer("SELECT max(rowid) FROM \(table.name)")
            return .cheapest(
                entries: entries, values: values.count, rows: Int(rows ?? 0), end: end, isFiltered: isFiltered
            )
        }
    }

    /// Here, where an index leads; on a scan lane, where none does or it takes too long all the same.
    private func ask<Row: Sendable>(
        _ query: QuerySQL, _ table: Table, _ row: @escaping @Sendable (Statement) throws -> Row
    ) async throws -> [Row] {
        let sql = query.sql
        let answer = try read { connection -> [Row]? in
            guard try plans.lane(of: query, connection) == .here else { return nil }
            do {
                return try connection.within(QueryPlans.limitHere) { try connection.rows(sql.text, sql.bindings, row) }
            } catch let failure as SQLiteFailure where failure.isInterrupt {
                plans.set(.scan, for: query)
                return nil
            }
        }
        if let answer { return answer }
        do { return try await scans.run { try $0.rows(sql.text, sql.bindings, row) } } catch let failure
            as SQLiteFailure
        {
            if failure.isInterrupt { throw QueryPlans.tooExpensive(table) }
            throw StorageError.unavailable("The database can't be read (\(failure)).")
        }
    }

    // MARK: Time

    package func overdue(
        at instant: Instant, tenant: String?, kind: String?, limit: Int
    ) async throws -> [Overdue] {
        let asked = try kind.map { [try table($0)] } ?? tables.kinds
        let due = try read { connection in
            try asked.filter { !$0.isEvents }.flatMap { table in
                try connection.rows(
                    Self.overdue(in: table, ofOneTenant: tenant != nil),
                    [Binding(instant)] + (tenant.map { [.text($0)] } ?? []) + [.integer(Int64(limit))]
                ) { row in
                    Overdue(
                        tenant: row.text(0), key: Key(table.kind.name, row.text(1)),
                        settlesAt: Instant(microseconds: row.integer(2)))
                }
            }
        }
        return Array(due.sorted(by: Self.precedes).prefix(limit))
    }

    /// The plus keeps SQLite, which has no statistics, from walking a tenant's whole table: what is due is little.
    static func overdue(in table: Table, ofOneTenant: Bool) -> String {
        "SELECT tenant, id, settles_at FROM \(table.name) WHERE settles_at <= ? "
            + (ofOneTenant ? "AND +tenant = ? " : "") + "ORDER BY settles_at, tenant, id LIMIT ?"
    }

    private static func precedes(_ one: Overdue, _ other: Overdue) -> Bool {
        if one.settlesAt != other.settlesAt { return one.settlesAt < other.settlesAt }
        return one.tenant.isExactly(other.tenant) ? one.key < other.key : one.tenant.precedesExactly(other.tenant)
    }

    package func nextSettling() async throws -> Instant? {
        try read { connection in
            try tables.kinds.compactMap { table in
                try connection.integer(
                    "SELECT settles_at FROM \(table.name) WHERE settles_at IS NOT NULL ORDER BY settles_at LIMIT 1")
            }.min().map(Instant.init(microseconds:))
        }
    }

    package func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        try read { connection in
            try connection.rows(
                "SELECT position, id, version, at, event, leaf FROM \(tables.events.name) "
                    + "WHERE tenant = ? AND position >= ? ORDER BY position LIMIT ?",
                [.text(tenant), .integer(position), .integer(Int64(limit))]
            ) { row in
                PositionedEvent(
                    position: row.integer(0), id: row.text(1), change: row.text(2),
                    at: Instant(microseconds: row.integer(3)), bytes: row.bytes(4), leaf: row.bytes(5))
            }
        }
    }
}

extension Connection {
    fileprivate func stored(_ key: Key, _ tenant: String, _ table: Table) throws -> StoredRow? {
        try first(table.get, [.text(tenant), .text(key.id)]) { row in
            StoredRow(
                key: key, version: row.text(0), document: row.bytes(1), internals: row.bytes(2),
                settlesAt: row.instant(3))
        }
    }
}
