internal import Storage

extension PostgresEngine {
    package func reset(keeping kinds: Set<String>) async throws {
        precondition(stamp != .production, "a production database can't be reset")
        precondition(sequencer != nil, "a database that is inspected can't be reset")
        let schema = schema
        let keepsLog = kinds.contains(schema.log.kind.name)
        let kept = Array(kinds).sorted()
        let gone = schema.sorted.filter { !kinds.contains($0.kind.name) }
        // The sequencer holds `heads` before the log; then in the order in which commits lock, so that those in flight end
        // first and none begins in between.
        let locks = ["heads"] + schema.sorted.map(\.name) + ["stamps", "names", "entries", "changes"]
        var statements = locks.map { Statement("LOCK TABLE \($0) IN SHARE ROW EXCLUSIVE MODE", isKept: false) }
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
        do {
            if keepsLog { try await sequence() }
            try await pool.run { [statements] connection in
                try connection.transaction { _ = try connection.run(statements).get() }
            }
        } catch let end as PipelineEnd { throw end.storageError }
        clock.forget()
    }
}
