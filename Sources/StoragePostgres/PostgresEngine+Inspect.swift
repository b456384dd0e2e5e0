internal import EDM
package import Storage

/// What a checker compares with what it computes itself. It reads much, so it takes the lane of scans.
extension PostgresEngine: Inspectable {
    package func tenants() async throws -> [String] {
        let log = schema.log.name
        return try await scan(
            "SELECT tenant FROM heads UNION SELECT tenant FROM \(log) WHERE position IS NULL ORDER BY tenant"
        )
        .map { $0.text(0) }
    }

    package func uncomputed() async throws -> [UnreadableDocument] {
        let names = schema.sorted.map { SchemaMigration.unreadableName($0.kind.name) }
        return try await scan("SELECT value FROM meta WHERE name = ANY ($1::text[]) ORDER BY name", [.texts(names)])
            .flatMap { UnreadableDocument.list($0.text(0)) }
    }

    package func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow] {
        guard let table = schema.tables[kind] else { return [] }
        let columns = table.columns.map { ", " + $0.name }.joined()
        let rows = try await scan(
            "SELECT id, version, document, internals, settles_at\(columns) FROM \(table.name) "
                + "WHERE tenant = $1 AND id > $2 ORDER BY id LIMIT $3::bigint",
            [.text(tenant), .text(id ?? ""), .integer(Int64(limit))])
        guard let first = rows.first, let last = rows.last else { return [] }
        var entries: [Key: Set<IndexValue>] = [:]
        let found = try await scan(
            "SELECT id, idx, value FROM entries WHERE tenant = $1 AND idx = ANY ($2::text[]) AND kind = $3 "
                + "AND id BETWEEN $4 AND $5",
            [
                .text(tenant), .texts(table.kind.indexes.map(\.name)), .text(kind), .text(first.text(0)),
                .text(last.text(0)),
            ])
        for row in found { entries[Key(kind, row.text(0)), default: []].insert(IndexValue(row.text(1), row.text(2))) }
        return rows.map { row in
            RawRow(
                row: StoredRow(Key(kind, row.text(0)), row, from: 1),
                columns: table.columns.enumerated().map { row.value(5 + $0.offset, as: $0.element.column.type) },
                entries: entries[Key(kind, row.text(0))] ?? [])
        }
    }

    package func rawEntries(tenant: String, after entry: RawEntry?, limit: Int) async throws -> [RawEntry] {
        let after = entry.map { [$0.value.index, $0.value.value, $0.key.kind, $0.key.id] } ?? ["", "", "", ""]
        return try await scan(
            "SELECT idx, value, kind, id FROM entries WHERE tenant = $1 AND (idx, value, kind, id) > ($2, $3, $4, $5) "
                + "ORDER BY idx, value, kind, id LIMIT $6::bigint",
            [.text(tenant)] + after.map(Parameter.text) + [.integer(Int64(limit))]
        ).map { RawEntry(value: IndexValue($0.text(0), $0.text(1)), key: Key($0.text(2), $0.text(3))) }
    }

    package func rawNames(tenant: String, after name: String?, limit: Int) async throws -> [RawName] {
        try await scan(
            "SELECT name, kind, id FROM names WHERE tenant = $1 AND name > $2 ORDER BY name LIMIT $3::bigint",
            [.text(tenant), .text(name ?? ""), .integer(Int64(limit))]
        ).map { RawName(name: $0.text(0), holder: Key($0.text(1), $0.text(2))) }
    }

    package func rawStamps(tenant: String, after value: IndexValue?, limit: Int) async throws -> [IndexValue: Int64] {
        // A stamp that was only read has a row of 0, for its lock.
        let rows = try await scan(
            "SELECT idx, value, stamp FROM stamps WHERE tenant = $1 AND (idx, value) > ($2, $3) AND stamp > 0 "
                + "ORDER BY idx, value LIMIT $4::bigint",
            [.text(tenant), .text(value?.index ?? ""), .text(value?.value ?? ""), .integer(Int64(limit))])
        return Dictionary(
            rows.map { (IndexValue($0.text(0), $0.text(1)), $0.integer(2) ?? 0) },
            uniquingKeysWith: { first, _ in first })
    }

    package func rawChanges(tenant: String, after id: String?, limit: Int) async throws -> [RawChange] {
        try await scan(
            "SELECT id, at FROM changes WHERE tenant = $1 AND id > $2 AND NOT abandoned ORDER BY id LIMIT $3::bigint",
            [.text(tenant), .text(id ?? ""), .integer(Int64(limit))]
        ).map { RawChange(id: $0.text(0), at: Instant(microseconds: $0.integer(1) ?? 0)) }
    }

    private func scan(_ text: String, _ parameters: [Parameter] = []) async throws -> [Row] {
        do {
            return try await run([Statement(text, parameters)], in: .scan)[0].rows
        } catch let end as PipelineEnd { throw end.storageError }
    }
}

extension Row {
    fileprivate func value(_ column: Int, as type: FieldType) -> SQLValue {
        if self[column] == nil { return .null }
        return type == .text ? .text(text(column)) : integer(column).map(SQLValue.integer) ?? .null
    }
}
