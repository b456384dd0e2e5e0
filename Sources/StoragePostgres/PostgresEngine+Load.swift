package import EDM
package import Storage

/// What decisions read, each as one autocommitted statement or two in one pipeline: a commit finds out what has changed
/// since.
extension PostgresEngine {
    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        guard let table = schema.tables[key.kind] else { return nil }
        let parameters: [Parameter] = [.text(tenant), .text(key.id)]
        guard !parameters.contains(where: \.holdsZero) else { return nil }
        let replies = try await load([Statement(table.get, parameters)])
        return replies.first?.rows.first.map { StoredRow(key, $0, from: 0) }
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        let key: [Parameter] = [.text(tenant), .text(value.index), .text(value.value)]
        guard !key.contains(where: \.holdsZero) else { return (0, []) }
        // The stamp first: read after the rows, it would hide what was added between them.
        var statements = [
            Statement("SELECT stamp FROM stamps WHERE tenant = $1 AND idx = $2 AND value = $3", key)
        ]
        let tables = schema.sorted.filter { $0.kind.indexes.contains { $0.name == value.index } }
        if !tables.isEmpty {
            let arms = tables.map { table in
                "SELECT e.kind, k.id, k.version, k.document, k.internals, k.settles_at FROM entries AS e JOIN \(table.name) AS k "
                    + "ON k.tenant = e.tenant AND k.id = e.id WHERE e.tenant = $1 AND e.idx = $2 AND e.value = $3 "
                    + "AND e.kind = \(literal(table.kind.name))"
            }
            statements.append(
                Statement(
                    arms.joined(separator: " UNION ALL ") + " LIMIT $4::bigint",
                    key + [.integer(Int64(limit).advanced(by: 1))]))
        }
        let replies = try await load(statements)
        let rows = (replies.count > 1 ? replies[1].rows : []).map {
            StoredRow(Key($0.text(0), $0.text(1)), $0, from: 2)
        }
        guard rows.count <= limit else { throw StorageError.tooMany(value) }
        return (replies.first?.rows.first?.integer(0) ?? 0, rows.sorted { $0.key < $1.key })
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        let parameters: [Parameter] = [.text(tenant), .text(name)]
        guard !parameters.contains(where: \.holdsZero) else { return nil }
        let statement = Statement("SELECT kind, id FROM names WHERE tenant = $1 AND name = $2", parameters)
        return try await load([statement]).first?.rows.first.map { Key($0.text(0), $0.text(1)) }
    }

    // MARK: What is due

    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        let tables = schema.sorted.filter { !$0.isLog && (kind == nil || $0.kind.name == kind) }
        guard !tables.isEmpty, limit > 0 else { return [] }
        let order = "ORDER BY settles_at, tenant, \(#"kind COLLATE "C""#), id LIMIT $2::bigint"
        let arms = tables.map { table in
            "(SELECT tenant, \(literal(table.kind.name)) AS kind, id, settles_at FROM \(table.name) WHERE settles_at <= $1::bigint"
                + (tenant == nil ? "" : " AND tenant = $3::text") + " ORDER BY settles_at, tenant, id LIMIT $2::bigint)"
        }
        let statement = Statement(
            "SELECT tenant, kind, id, settles_at FROM (\(arms.joined(separator: " UNION ALL "))) AS due \(order)",
            [.integer(instant.microseconds), .integer(Int64(limit))] + (tenant.map { [.text($0)] } ?? []))
        return try await load([statement]).first?.rows.map { row in
            Overdue(
                tenant: row.text(0), key: Key(row.text(1), row.text(2)),
                settlesAt: Instant(microseconds: row.integer(3) ?? 0))
        } ?? []
    }

    package func nextSettling() async throws -> Instant? {
        let arms = schema.sorted.filter { !$0.isLog }.map { "(SELECT min(settles_at) AS at FROM \($0.name))" }
        let statement = Statement("SELECT min(at) FROM (\(arms.joined(separator: " UNION ALL "))) AS due")
        return try await load([statement]).first?.rows.first?.integer(0).map(Instant.init(microseconds:))
    }
}

extension StoredRow {
    /// - Parameter first: the column of the version, followed by the document, the internals and the settling.
    init(_ key: Key, _ row: Row, from first: Int) {
        self.init(
            key: key, version: row.text(first), document: row.bytes(first + 1), internals: row.bytes(first + 2),
            settlesAt: row.integer(first + 3).map(Instant.init(microseconds:)))
    }
}
