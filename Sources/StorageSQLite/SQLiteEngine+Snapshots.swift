internal import EDM
internal import Storage

extension SQLiteEngine {
    package func saveSnapshot(_ name: String, without kinds: Set<String>) async throws {
        try checkMovable()
        let (clock, parts) = (clock, Part.all(tables, without: kinds))
        try await perform { group in
            try group.transaction { connection in
                _ = try connection.dropSnapshot(name, parts)
                try connection.run(
                    "INSERT INTO snapshots (number, name, at) SELECT 1 + coalesce(max(number), 0), ?, ? FROM snapshots",
                    [.text(name), .integer(try clock.now().microseconds)])
                guard let number = try connection.snapshot(name)?.number else { return }
                for part in parts {
                    try connection.run(
                        "CREATE TABLE \(part.copy(number)) AS SELECT * FROM \(part.table) WHERE \(part.rows)")
                }
            }
        }
    }

    package func deleteSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try checkMovable()
        let parts = Part.all(tables, without: kinds)
        return try await perform { group in
            var wasThere = false
            try group.transaction { wasThere = try $0.dropSnapshot(name, parts) }
            return wasThere
        }
    }

    package func restoreSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try checkMovable()
        let (clock, parts) = (clock, Part.all(tables, without: kinds))
        return try await perform { group in
            var saved: StoreClock.Saved?
            try group.transaction { connection in
                guard let (number, at) = try connection.snapshot(name) else { return }
                for part in parts {
                    try connection.run("DELETE FROM \(part.table) WHERE \(part.rows)")
                    try connection.run("INSERT INTO \(part.table) SELECT * FROM \(part.copy(number))")
                }
                // As after a reset: what was read before must not be found to stand.
                try connection.run("UPDATE stamps SET stamp = stamp + 1")
                let offset = at - StoreClock.realTime()
                try connection.setMeta(.clockOffset, .integer(offset.microseconds))
                try connection.setMeta(.mark, nil)
                saved = StoreClock.Saved(offset: offset)
            }
            guard let saved else { return false }
            clock.restore(saved)
            return true
        }
    }

    package func snapshots() async throws -> [String] {
        try read { try $0.rows("SELECT name FROM snapshots ORDER BY name", []) { $0.text(0) } }
    }

    /// A table, or a part of one, that snapshots hold.
    fileprivate struct Part: Sendable {
        let table: String
        let name: String
        let rows: String

        func copy(_ number: Int64) -> String { "\"snapshot\(number)_\(name)\"" }

        static func all(_ tables: Tables, without kinds: Set<String>) -> [Part] {
            let others = "kind NOT IN (\(kinds.sorted().map { "'\($0)'" }.joined(separator: ", ")))"
            let keepsLog = kinds.contains(tables.events.kind.name)
            return tables.all.filter { !kinds.contains($0.kind.name) }
                .map { Part(table: $0.name, name: $0.kind.name, rows: "true") }
                + ["entries", "names"].map { Part(table: $0, name: $0, rows: others) }
                + ["changes"].map { Part(table: $0, name: $0, rows: "true") }
                + (keepsLog ? [] : ["heads"].map { Part(table: $0, name: $0, rows: "true") })
        }
    }
}

extension Connection {
    fileprivate func dropSnapshot(_ name: String, _ parts: [SQLiteEngine.Part]) throws -> Bool {
        guard let number = try snapshot(name)?.number else { return false }
        for part in parts { try run("DROP TABLE IF EXISTS \(part.copy(number))") }
        try run("DELETE FROM snapshots WHERE name = ?", [.text(name)])
        return true
    }

    fileprivate func snapshot(_ name: String) throws -> (number: Int64, at: Instant)? {
        try first("SELECT number, at FROM snapshots WHERE name = ?", [.text(name)]) {
            ($0.integer(0), Instant(microseconds: $0.integer(1)))
        }
    }
}
