package import EDM
package import Storage

/// What decisions read, each as autocommitted statements in one pipeline: a commit finds out what has changed since.
extension PostgresSession {
    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        try await find(Lookups(documents: [key]), tenant: tenant, limit: 1).documents[key] ?? nil
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        guard let found = try await find(Lookups(guarded: [value]), tenant: tenant, limit: limit).guarded[value] else {
            throw StorageError.tooMany(value)
        }
        return found
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        try await find(Lookups(names: [name]), tenant: tenant, limit: 1).holder(of: name) ?? nil
    }

    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings {
        let plan = LookupPlan(lookups, tenant: tenant, limit: limit, engine.schema)
        return plan.findings(in: plan.statements.isEmpty ? [] : try await load(plan.statements))
    }

    // MARK: What is due

    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        let tables = engine.schema.sorted.filter { !$0.isLog && (kind == nil || $0.kind.name == kind) }
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
}

extension PostgresEngine {
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
