internal import EDM
internal import Storage

/// One change set inside the writer's transaction: the checks (change id, window, what was read), then the writes.
struct ChangeApplication {
    /// Something that was read no longer stands. What was written since the savepoint is to be rolled back.
    struct Stale: Error {
        let conflict: Conflict
        /// A unique key said so after the checks had not.
        var isSurprise = false
    }

    let writer: WriterConnection
    let tables: Tables
    let changes: ChangeSet
    let now: Instant

    private var tenant: Binding { .text(changes.tenant) }

    // MARK: Checks

    /// - Throws: `Stale`; `SQLiteFailure` where the transaction can't go on.
    func check() throws {
        let id: [Binding] = [tenant, .text(changes.id)]
        if try writer.integer("SELECT 1 FROM changes WHERE tenant = ? AND id = ?", id) != nil {
            throw Stale(conflict: .change)
        }
        guard changes.window.contains(now) || PlantedFault.skippedWindow.isPlanted else {
            throw Stale(conflict: .window)
        }
        if !PlantedFault.skippedVersionCheck.isPlanted { try checkDocuments() }
        if !PlantedFault.skippedStamp.isPlanted { try checkStamps() }
        try checkNames()
    }

    private func checkDocuments() throws {
        for (key, version) in changes.reads.documents {
            let actual = try writer.text(try table(key).version, [tenant, .text(key.id)])
            guard actual == version else { throw Stale(conflict: .document(key)) }
        }
    }

    private func checkStamps() throws {
        for (value, stamp) in changes.reads.guarded {
            let actual = try writer.integer(
                "SELECT stamp FROM stamps WHERE tenant = ? AND idx = ? AND value = ?",
                [tenant, .text(value.index), .text(value.value)])
            guard actual ?? 0 == stamp else { throw Stale(conflict: .guarded(value)) }
        }
    }

    private func checkNames() throws {
        for (name, holder) in changes.reads.names {
            let actual = try writer.first(
                "SELECT kind, id FROM names WHERE tenant = ? AND name = ?", [tenant, .text(name)]
            ) {
                Key($0.text(0), $0.text(1))
            }
            guard actual == holder else { throw Stale(conflict: .name(name)) }
        }
    }

    private func table(_ key: Key) throws -> Table {
        guard let table = tables[key.kind] else {
            throw Unfit(reason: "This database has no objects of the kind '\(key.kind)'.")
        }
        return table
    }

    // MARK: Writes

    /// - Throws: `Stale`; `SQLiteFailure` where the transaction can't go on.
    func write() throws {
        for write in changes.writes { try put(write) }
        try moveStamps()
        for change in changes.names { try apply(change) }
        if !changes.events.isEmpty { try record() }
        try run(
            "INSERT INTO changes VALUES (?, ?, ?)", [tenant, .text(changes.id), Binding(now)], .change)
    }

    private func put(_ write: ChangeSet.Write) throws {
        let table = try table(write.key)
        let conflict = Conflict.document(write.key)
        let id = Binding.text(write.key.id)
        switch (write.replacing, write.row) {
        case (nil, nil): break
        case (nil, let row?):
            try run(table.insert, [tenant, id] + bindings(row), conflict)
        case (let replaced?, let row?):
            try runOne(table.update, bindings(row) + [tenant, id, .text(replaced)], conflict)
        case (let replaced?, nil):
            try runOne(table.delete, [tenant, id, .text(replaced)], conflict)
        }
        for entry in write.entriesRemoved {
            try run(
                "DELETE FROM entries WHERE tenant = ? AND idx = ? AND value = ? AND kind = ? AND id = ?",
                [tenant, .text(entry.index), .text(entry.value), .text(write.key.kind), id], conflict)
        }
        for entry in write.entriesAdded {
            try run(
                "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
                [tenant, .text(entry.index), .text(entry.value), .text(write.key.kind), id], conflict)
        }
    }

    private func bindings(_ row: ChangeSet.Row) -> [Binding] {
        [.text(changes.id), .utf8(row.document), .utf8(row.internals), Binding(row.settlesAt)]
            + row.columns.map(Binding.init)
    }

    private func moveStamps() throws {
        for value in changes.movedStamps(tables.catalog) {
            try run(
                "INSERT INTO stamps VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE SET stamp = stamp + 1",
                [tenant, .text(value.index), .text(value.value)], .guarded(value))
        }
    }

    private func apply(_ change: ChangeSet.NameChange) throws {
        switch change {
        case .take(let name, let key):
            try run(
                "INSERT INTO names VALUES (?, ?, ?, ?)", [tenant, .text(name), .text(key.kind), .text(key.id)],
                .name(name))
        case .release(let name, let key):
            try runOne(
                "DELETE FROM names WHERE tenant = ? AND name = ? AND kind = ? AND id = ?",
                [tenant, .text(name), .text(key.kind), .text(key.id)], .name(name))
        }
    }

    /// Positions come from a row, so that rolling back gives them back: dense, in the order of commits.
    private func record() throws {
        let count = Int64(changes.events.count)
        let size = try writer.integer(
            "INSERT INTO heads VALUES (?, ?) ON CONFLICT DO UPDATE SET size = size + excluded.size RETURNING size",
            [tenant, .integer(count)])
        for (offset, event) in changes.events.enumerated() {
            let row = event.row
            try run(
                tables.events.insert,
                [
                    tenant, .text(event.id), .text(changes.id), .utf8(row.document), .utf8(row.internals),
                    Binding(row.settlesAt), .integer((size ?? count) - count + Int64(offset)), Binding(now),
                    .blob(event.bytes), .blob(event.leaf),
                ] + row.columns.map(Binding.init), .document(Key(tables.events.kind.name, event.id)))
        }
    }

    // MARK: Running

    /// A unique key that is taken is a conflict like any other: its statement alone is undone.
    @discardableResult
    private func run(_ sql: String, _ bindings: [Binding], _ conflict: Conflict) throws -> Int64 {
        do { return try writer.run(sql, bindings) } catch let failure as SQLiteFailure where failure.isConstraint {
            guard failure.isTakenKey else { throw Unfit(reason: "The database refuses the change (\(failure)).") }
            throw Stale(conflict: conflict, isSurprise: true)
        }
    }

    /// Runs what must change exactly one row.
    private func runOne(_ sql: String, _ bindings: [Binding], _ conflict: Conflict) throws {
        guard try run(sql, bindings, conflict) == 1 else { throw Stale(conflict: conflict) }
    }
}

/// A change set that this database can't hold: a programming error that stops this change set and no other.
struct Unfit: Error {
    let reason: String
}
