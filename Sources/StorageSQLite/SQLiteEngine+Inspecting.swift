internal import EDM
package import Storage

extension SQLiteEngine: Inspectable {
    package func tenants() async throws -> [String] {
        try read { try $0.rows("SELECT tenant FROM heads ORDER BY tenant") { $0.text(0) } }
    }

    package func uncomputed() async throws -> [UnreadableDocument] {
        let names = tables.all.map { Meta.unreadable($0.kind.name) }
        return try read { connection in
            try names.flatMap { name -> [UnreadableDocument] in
                guard case .text(let text) = try connection.meta(name) else { return [] }
                return UnreadableDocument.list(text)
            }
        }
    }

    package func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow] {
        guard let table = tables[kind] else { return [] }
        let indexes = table.kind.indexes.map(\.name)
        let columns = table.columns.map { ", \($0.name)" }.joined()
        return try await scans.run { connection in
            let rows = try connection.rows(
                "SELECT id, version, document, internals, settles_at\(columns) FROM \(table.name) "
                    + "WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?",
                [.text(tenant), .text(id ?? ""), .integer(Int64(limit))]
            ) { row in
                let stored = StoredRow(
                    key: Key(kind, row.text(0)), version: row.text(1), document: row.bytes(2), internals: row.bytes(3),
                    settlesAt: row.instant(4))
                return (stored, table.columns.indices.map { row.value(Int32(5 + $0)) })
            }
            guard let first = rows.first?.0.key.id, let last = rows.last?.0.key.id else { return [] }
            var entries: [Key: Set<IndexValue>] = [:]
            for index in indexes {
                let found = try connection.rows(
                    "SELECT id, value FROM entries WHERE tenant = ? AND idx = ? AND kind = ? AND id BETWEEN ? AND ?",
                    [.text(tenant), .text(index), .text(kind), .text(first), .text(last)]
                ) { (Key(kind, $0.text(0)), IndexValue(index, $0.text(1))) }
                for (key, value) in found { entries[key, default: []].insert(value) }
            }
            return rows.map { row, columns in RawRow(row: row, columns: columns, entries: entries[row.key] ?? []) }
        }
    }

    package func rawEntries(tenant: String, after entry: RawEntry?, limit: Int) async throws -> [RawEntry] {
        let after = entry.map { [$0.value.index, $0.value.value, $0.key.kind, $0.key.id] } ?? ["", "", "", ""]
        return try read { connection in
            try connection.rows(
                "SELECT idx, value, kind, id FROM entries WHERE tenant = ? AND (idx, value, kind, id) > (?, ?, ?, ?) "
                    + "ORDER BY idx, value, kind, id LIMIT ?",
                [.text(tenant)] + after.map(Binding.text) + [.integer(Int64(limit))]
            ) { RawEntry(value: IndexValue($0.text(0), $0.text(1)), key: Key($0.text(2), $0.text(3))) }
        }
    }

    package func rawNames(tenant: String, after name: String?, limit: Int) async throws -> [RawName] {
        try read { connection in
            try connection.rows(
                "SELECT name, kind, id FROM names WHERE tenant = ? AND name > ? ORDER BY name LIMIT ?",
                [.text(tenant), .text(name ?? ""), .integer(Int64(limit))]
            ) { RawName(name: $0.text(0), holder: Key($0.text(1), $0.text(2))) }
        }
    }

    package func rawStamps(tenant: String, after value: IndexValue?, limit: Int) async throws -> [IndexValue: Int64] {
        try read { connection in
            let rows = try connection.rows(
                "SELECT idx, value, stamp FROM stamps WHERE tenant = ? AND (idx, value) > (?, ?) ORDER BY idx, value LIMIT ?",
                [.text(tenant), .text(value?.index ?? ""), .text(value?.value ?? ""), .integer(Int64(limit))]
            ) { (IndexValue($0.text(0), $0.text(1)), $0.integer(2)) }
            return Dictionary(rows, uniquingKeysWith: { first, _ in first })
        }
    }

    package func rawChanges(tenant: String, after id: String?, limit: Int) async throws -> [RawChange] {
        try read { connection in
            try connection.rows(
                "SELECT id, at FROM changes WHERE tenant = ? AND id > ? ORDER BY id LIMIT ?",
                [.text(tenant), .text(id ?? ""), .integer(Int64(limit))]
            ) { RawChange(id: $0.text(0), at: Instant(microseconds: $0.integer(1))) }
        }
    }
}
