package import EDM
package import Storage

/// What decisions read, each as autocommitted statements in one pipeline: a commit finds out what has changed since.
extension PostgresEngine {
    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        guard let statement = get(key, tenant) else { return nil }
        return Self.row(key, try await load([statement])[...])
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        guard let found = Self.members(try await load(all(value, tenant, limit))[...], limit) else {
            throw StorageError.tooMany(value)
        }
        return found
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        guard let statement = holder(name, tenant) else { return nil }
        return Self.holder(try await load([statement])[...])
    }

    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings {
        let documents = lookups.documents.sorted().map { ($0, [get($0, tenant)].compactMap(\.self)) }
        let guarded = lookups.guarded.sorted().map { ($0, all($0, tenant, limit)) }
        let names = lookups.names.sorted().map { ($0, [holder($0, tenant)].compactMap(\.self)) }
        var replies = try await load(documents.flatMap(\.1) + guarded.flatMap(\.1) + names.flatMap(\.1))[...]
        func next(_ statements: [Statement]) -> ArraySlice<Reply> {
            defer { replies = replies.dropFirst(statements.count) }
            return replies.prefix(statements.count)
        }
        var findings = Findings()
        for (key, statements) in documents { findings.documents[key] = .some(Self.row(key, next(statements))) }
        for (value, statements) in guarded { findings.guarded[value] = Self.members(next(statements), limit) }
        for (name, statements) in names { findings.names[name] = .some(Self.holder(next(statements))) }
        return findings
    }

    // MARK: Their statements, and what the replies to them say

    /// nil, as below: nothing can be stored there.
    private func get(_ key: Key, _ tenant: String) -> Statement? {
        let parameters: [Parameter] = [.text(tenant), .text(key.id)]
        guard let table = schema.tables[key.kind], !parameters.contains(where: \.holdsZero) else { return nil }
        return Statement(table.get, parameters)
    }

    private static func row(_ key: Key, _ replies: ArraySlice<Reply>) -> StoredRow? {
        replies.first?.rows.first.map { StoredRow(key, $0, from: 0) }
    }

    private func all(_ value: IndexValue, _ tenant: String, _ limit: Int) -> [Statement] {
        let key: [Parameter] = [.text(tenant), .text(value.index), .text(value.value)]
        guard !key.contains(where: \.holdsZero) else { return [] }
        // The stamp first: read after the rows, it would hide what was added between them.
        let stamp = Statement("SELECT stamp FROM stamps WHERE tenant = $1 AND idx = $2 AND value = $3", key)
        let tables = schema.sorted.filter { $0.kind.indexes.contains { $0.name == value.index } }
        guard !tables.isEmpty else { return [stamp] }
        let arms = tables.map { table in
            "SELECT e.kind, k.id, k.version, k.document, k.internals, k.settles_at FROM entries AS e JOIN \(table.name) AS k "
                + "ON k.tenant = e.tenant AND k.id = e.id WHERE e.tenant = $1 AND e.idx = $2 AND e.value = $3 "
                + "AND e.kind = \(literal(table.kind.name))"
        }
        let rows = Statement(
            arms.joined(separator: " UNION ALL ") + " LIMIT $4::bigint",
            key + [.integer(Int64(limit).advanced(by: 1))])
        return [stamp, rows]
    }

    /// nil past the limit.
    private static func members(_ replies: ArraySlice<Reply>, _ limit: Int) -> (stamp: Int64, rows: [StoredRow])? {
        let rows = (replies.dropFirst().first?.rows ?? []).map { StoredRow(Key($0.text(0), $0.text(1)), $0, from: 2) }
        guard rows.count <= limit else { return nil }
        return (replies.first?.rows.first?.integer(0) ?? 0, rows.sorted { $0.key < $1.key })
    }

    private func holder(_ name: String, _ tenant: String) -> Statement? {
        let parameters: [Parameter] = [.text(tenant), .text(name)]
        guard !parameters.contains(where: \.holdsZero) else { return nil }
        return Statement("SELECT kind, id FROM names WHERE tenant = $1 AND name = $2", parameters)
    }

    private static func holder(_ replies: ArraySlice<Reply>) -> Key? {
        replies.first?.rows.first.map { Key($0.text(0), $0.text(1)) }
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
