internal import EDM
internal import Storage

extension PostgresEngine {
    package func saveSnapshot(_ name: String, without kinds: Set<String>) async throws {
        try await sequence()
        let old = try await snapshot(name)
        var statements = locks
        if let old { statements += drop(name, old.number, kinds) }
        let next =
            try await load([Statement("SELECT 1 + coalesce(max(number), 0) FROM snapshots")])
            .first?.rows.first?.integer(0) ?? 1
        statements.append(
            Statement(
                "INSERT INTO snapshots (number, name, at) VALUES ($1, $2, \(schema.clock))",
                [.integer(next), .text(name)], isKept: false))
        statements += parts(kinds).map { part in
            Statement(
                "CREATE TABLE \(part.copy(next)) AS SELECT * FROM \(part.table) WHERE \(part.rows)", isKept: false)
        }
        try await transaction(statements)
    }

    package func deleteSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        guard let old = try await snapshot(name) else { return false }
        try await transaction(locks + drop(name, old.number, kinds))
        return true
    }

    package func restoreSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        guard let (number, at) = try await snapshot(name) else { return false }
        var statements = locks
        for part in parts(kinds) {
            statements.append(Statement("DELETE FROM \(part.table) WHERE \(part.rows)", isKept: false))
            statements.append(Statement("INSERT INTO \(part.table) SELECT * FROM \(part.copy(number))", isKept: false))
        }
        // As after a reset: what was read before must not be found to stand.
        statements.append(Statement("UPDATE stamps SET stamp = stamp + 1", isKept: false))
        statements.append(
            Statement(
                "UPDATE meta SET value = ($1::bigint - \(Schema.serverClock))::text WHERE name = 'clock'",
                [.integer(at.microseconds)], isKept: false))
        try await transaction(statements)
        clock.forget()
        return true
    }

    package func snapshots() async throws -> [String] {
        try await load([Statement(#"SELECT name FROM snapshots ORDER BY name COLLATE "C""#)]).first?.rows.map {
            $0.text(0)
        }
            ?? []
    }

    private func snapshot(_ name: String) async throws -> (number: Int64, at: Instant)? {
        let statement = Statement("SELECT number, at FROM snapshots WHERE name = $1", [.text(name)])
        return try await load([statement]).first?.rows.first.map {
            ($0.integer(0) ?? 0, Instant(microseconds: $0.integer(1) ?? 0))
        }
    }

    private func drop(_ name: String, _ number: Int64, _ kinds: Set<String>) -> [Statement] {
        parts(kinds).map { Statement("DROP TABLE IF EXISTS \($0.copy(number))", isKept: false) }
            + [Statement("DELETE FROM snapshots WHERE name = $1", [.text(name)], isKept: false)]
    }

    /// A table, or a part of one, that snapshots hold.
    private struct Part {
        let table: String
        let name: String
        let rows: String

        func copy(_ number: Int64) -> String { "\"snapshot\(number)_\(name)\"" }
    }

    private func parts(_ kinds: Set<String>) -> [Part] {
        let others = "kind <> ALL (ARRAY[\(kinds.sorted().map { "'\($0)'" }.joined(separator: ", "))]::text[])"
        return schema.sorted.filter { !kinds.contains($0.kind.name) }
            .map { Part(table: $0.name, name: $0.kind.name, rows: "true") }
            + ["entries", "names"].map { Part(table: $0, name: $0, rows: others) }
            + ["changes", "heads"].map { Part(table: $0, name: $0, rows: "true") }
    }
}
