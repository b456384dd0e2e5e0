package import EDM
package import Storage

/// What is asked outside of answers and decisions.
extension SQLiteEngine {
    /// Reads in the calling task.
    func read<Result: Sendable>(_ body: (Connection) throws -> Result) throws -> Result {
        try SQLiteSession(self, isConsistent: false).read(body)
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
