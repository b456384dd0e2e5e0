package import EDM
package import Storage

extension SQLiteSession {
    package func now() async throws -> Instant {
        try engine.checkRunning()
        // Beside a server, the server's clock: it may have been moved since.
        if engine.writing == nil { engine.clock.restore(try read { try $0.savedClock() }) }
        return try engine.clock.now()
    }

    private func table(_ kind: String) throws -> Table {
        guard let table = engine.tables[kind] else {
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
            // In one snapshot the stamp and the rows: after them, it would hide who came in between.
            let stamp = try connection.integer(Self.stamp, under)
            let keys = try connection.rows(
                "SELECT kind, id FROM entries WHERE tenant = ? AND idx = ? AND value = ? ORDER BY kind, id LIMIT ?",
                under + [.integer(Int64(min(limit, 1 << 20)) + 1)]
            ) { Key($0.text(0), $0.text(1)) }
            guard keys.count <= limit else { throw StorageError.tooMany(value) }
            let rows = try keys.compactMap { key in
                try engine.tables[key.kind].flatMap { try connection.stored(key, tenant, $0) }
            }
            return (stamp ?? 0, rows)
        }
    }

    private static let stamp = "SELECT stamp FROM stamps WHERE tenant = ? AND idx = ? AND value = ?"

    package func holder(of name: String, tenant: String) async throws -> Key? {
        try read { try $0.holder(of: name, tenant) }
    }

    // MARK: What a session rests on

    /// Whether everything is as it was when it was read, in the snapshot of the connection.
    func isSo(_ basis: Basis, on connection: Connection) throws -> Bool {
        let tenant = basis.tenant
        for (key, version) in basis.reads.documents {
            let now = try connection.first(try table(key.kind).version, [.text(tenant), .text(key.id)]) { $0.text(0) }
            guard now == version else { return false }
        }
        for (value, stamp) in basis.reads.guarded {
            let now = try connection.integer(Self.stamp, [.text(tenant), .text(value.index), .text(value.value)])
            guard now ?? 0 == stamp else { return false }
        }
        return try basis.reads.names.allSatisfy { name, holder in try connection.holder(of: name, tenant) == holder }
    }

    // MARK: What readers ask

    package func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting? {
        let table = try table(key.kind)
        guard let row = try row(key, tenant, in: table) else { return nil }
        return Sighting(
            ReadRow(id: key.id, version: row.version, document: row.document, settlesAt: row.settlesAt),
            isVisible: try isVisible(row, key, tenant, table, to: visibility))
    }

    /// What columns say is said first; entries are asked only where they have to be.
    private func isVisible(
        _ row: PointRow, _ key: Key, _ tenant: String, _ table: Table, to visibility: Visibility
    ) throws -> Bool {
        switch visibility {
        case .all: return true
        case .none: return false
        case .union(let terms):
            for case .column(let field, let values) in terms where row.value(of: field, key, table).isOne(of: values) {
                return true
            }
            for case .entry(let index, let values) in terms where !values.isEmpty {
                if try read({ try $0.isEntered(key, tenant, index, under: values) }) { return true }
            }
            return false
        }
    }

    package func read(_ query: Query) async throws -> [ReadRow] {
        guard query.visibility != .none, query.limit > 0 else { return [] }
        let table = try table(query.kind.name)
        let sql = try read { try QuerySQL.rows(query, table, engine.access(query, table, $0)) }
        return try await ask(sql, table) { row in
            ReadRow(id: row.text(0), version: row.text(1), document: row.bytes(2), settlesAt: row.instant(3))
        }
    }

    package func count(_ query: Query) async throws -> Int {
        guard query.visibility != .none else { return 0 }
        let table = try table(query.kind.name)
        return try await ask(QuerySQL.count(query, table), table) { Int($0.integer(0)) }.first ?? 0
    }

    /// Here, where an index leads; on a scan lane, where none does or it takes too long all the same.
    private func ask<Row: Sendable>(
        _ query: QuerySQL, _ table: Table, _ row: @escaping @Sendable (Statement) throws -> Row
    ) async throws -> [Row] {
        let sql = query.sql
        let answer = try read { connection -> [Row]? in
            guard try engine.plans.lane(of: query, connection) == .here else { return nil }
            do {
                return try connection.within(QueryPlans.limitHere) { try connection.rows(sql.text, sql.bindings, row) }
            } catch let failure as SQLiteFailure where failure.isInterrupt {
                engine.plans.set(.scan, for: query)
                return nil
            }
        }
        if let answer { return answer }
        do {
            return try await lending { connection in
                try await engine.scans.run(on: connection) { try $0.rows(sql.text, sql.bindings, row) }
            }
        } catch let failure as SQLiteFailure {
            if failure.isInterrupt { throw QueryPlans.tooExpensive(table) }
            throw StorageError.unavailable("The database can't be read (\(failure)).")
        }
    }

    // MARK: Time

    package func overdue(
        at instant: Instant, tenant: String?, kind: String?, limit: Int
    ) async throws -> [Overdue] {
        let asked = try kind.map { [try table($0)] } ?? engine.tables.kinds
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
}

extension Connection {
    fileprivate func stored(_ key: Key, _ tenant: String, _ table: Table) throws -> StoredRow? {
        try first(table.get, [.text(tenant), .text(key.id)]) { row in
            StoredRow(
                key: key, version: row.text(0), document: row.bytes(1), internals: row.bytes(2),
                settlesAt: row.instant(3))
        }
    }
    fileprivate func holder(of name: String, _ tenant: String) throws -> Key? {
        try first("SELECT kind, id FROM names WHERE tenant = ? AND name = ?", [.text(tenant), .text(name)]) {
            Key($0.text(0), $0.text(1))
        }
    }

    /// Whether a document has an entry under one of the values.
    fileprivate func isEntered(_ key: Key, _ tenant: String, _ index: String, under values: [String]) throws -> Bool {
        var rest = values[...]
        while !rest.isEmpty {
            // Few texts, whatever the number of values: the last one is repeated.
            let size = EntryProbe.sizes.first { $0 >= rest.count } ?? EntryProbe.largest
            var bindings: [Binding] = [.text(tenant), .text(index), .text(key.kind), .text(key.id)]
            bindings += rest.prefix(size).map(Binding.text)
            while bindings.count < 4 + size { bindings.append(bindings[bindings.count - 1]) }
            if try first(EntryProbe.text(size), bindings, { _ in true }) ?? false { return true }
            rest = rest.dropFirst(size)
        }
        return false
    }
}

/// Looks for one document under some values of an index.
private enum EntryProbe {
    static let sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256]
    static let largest = 256
    private static let texts = Dictionary(
        uniqueKeysWithValues: sizes.map { size in
            (
                size,
                "SELECT 1 FROM entries WHERE tenant = ? AND idx = ? AND kind = ? AND id = ? AND value IN "
                    + "(\(Array(repeating: "?", count: size).joined(separator: ", "))) LIMIT 1"
            )
        })

    static func text(_ size: Int) -> String { texts[size] ?? "" }
}

extension PointRow {
    /// What a column, or the id, says; null where the field is neither, as a column that isn't there would be.
    fileprivate func value(of field: Field, _ key: Key, _ table: Table) -> SQLValue {
        if field == .id { return .text(key.id) }
        return table.kind.columns.firstIndex { $0.path == field.path && $0.type == field.type }.map { columns[$0] }
            ?? .null
    }
}

extension SQLValue {
    /// Values of another type than the column's are unequal to it.
    fileprivate func isOne(of values: [FieldValue]) -> Bool { values.contains { $0.inColumn == self } }
}
