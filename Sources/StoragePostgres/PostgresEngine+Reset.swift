internal import Storage

extension PostgresEngine {
    package func reset(keeping kinds: Set<String>) async throws {
        let (schema, kinds) = (schema, catalog.kept(kinds))
        let keepsLog = kinds.contains(schema.log.kind.name)
        let kept = Array(kinds).sorted()
        let gone = schema.sorted.filter { !kinds.contains($0.kind.name) }
        var statements = locks
        // Memberships have changed wherever there were any; a stamp never goes back.
        statements.append(Statement("UPDATE stamps SET stamp = stamp + 1", isKept: false))
        statements += gone.map { Statement("DELETE FROM \($0.name)", isKept: false) }
        for table in ["entries", "names"] {
            statements.append(
                Statement("DELETE FROM \(table) WHERE kind <> ALL ($1::text[])", [.texts(kept)], isKept: false))
        }
        if !keepsLog {
            statements += ["changes", "heads"].map { Statement("DELETE FROM \($0)", isKept: false) }
        }
        statements.append(Statement("UPDATE meta SET value = '0' WHERE name = 'clock'", isKept: false))
        if keepsLog { try await sequence() }
        try await transaction(statements)
        clock.forget()
    }

    /// The sequencer holds `heads` before the log; then in the order in which commits lock, so that those in flight end
    /// first and none begins in between.
    var locks: [Statement] {
        (["heads"] + schema.sorted.map(\.name) + ["stamps", "names", "entries", "changes"])
            .map { Statement("LOCK TABLE \($0) IN SHARE ROW EXCLUSIVE MODE", isKept: false) }
    }

    /// Changes what no command may: everything at once.
    func transaction(_ statements: [Statement]) async throws {
        precondition(stamp != .production, "a production database is changed by commands only")
        precondition(sequencer != nil, "a database that is inspected isn't changed")
        do {
            try await pool.run { connection in
                try connection.transaction { _ = try connection.run(statements).get() }
            }
        } catch let end as PipelineEnd { throw end.storageError }
    }
}
