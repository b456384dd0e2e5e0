package import EDM
internal import Storage

extension SQLiteEngine {
    package func setClock(_ instant: Instant) async throws {
        try checkMovable()
        let clock = clock
        try await perform { group in
            // It never runs backwards; where it is already later there is nothing to do.
            guard let offset = clock.offset(reaching: instant) else { return }
            try group.transaction { try $0.setMeta(.clockOffset, .integer(offset.microseconds)) }
            clock.move(to: offset)
        }
    }

    /// An operator says that the system's clock is right as it is now, after `now` and `commit` have refused to trust it
    /// (security rule R24).
    package func confirmTime() async throws {
        let clock = clock
        try await perform { group in
            // Of a clock that is behind the mark, this must be known at the next start too.
            let mark = SQLValue.integer(clock.mark.microseconds)
            try group.transaction { connection in
                try connection.setMeta(.mark, mark)
                try connection.setMeta(.confirmedMark, mark)
            }
            clock.confirm()
        }
    }

    /// By how much the store's time is ahead of the system's clock; nil where it isn't guarded, or isn't ahead.
    package var timeAhead: Duration? { clock.ahead }

    package func reset(keeping kinds: Set<String>) async throws {
        try checkMovable()
        let (clock, tables, kinds) = (clock, tables, catalog.kept(kinds))
        try await perform { group in
            try group.transaction { connection in
                for table in tables.all where !kinds.contains(table.kind.name) {
                    try connection.run("DELETE FROM \(table.name)")
                }
                if !kinds.contains(tables.events.kind.name) { try connection.run("DELETE FROM heads") }
                let kept = kinds.sorted()
                let places = kept.map { _ in "?" }.joined(separator: ", ")
                for table in ["entries", "names"] {
                    try connection.run("DELETE FROM \(table) WHERE kind NOT IN (\(places))", kept.map(Binding.text))
                }
                try connection.run("DELETE FROM changes")
                // Not deleted: a decision that was read before must not find the stamps it saw.
                try connection.run("UPDATE stamps SET stamp = stamp + 1")
                try connection.setMeta(.clockOffset, nil)
                try connection.setMeta(.mark, nil)
            }
            clock.restore(StoreClock.Saved())
        }
    }

    /// Security rule R20: nobody turns the clock of a production database, or empties it.
    func checkMovable() throws {
        guard stamp != .production else {
            throw StorageError.incompatible("A database for production has no clock to set and can't be reset.")
        }
    }

    func checkRunning() throws {
        if let reason = writing?.writer.haltReason { throw StorageError.unavailable(reason) }
    }
}
