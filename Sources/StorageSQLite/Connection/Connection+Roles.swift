internal import CSQLite
internal import Storage

extension Connection {
    /// What every connection does, before it looks into a file that may be anybody's.
    private func harden() throws {
        sqlite3_busy_timeout(database, 5000)
        // A schema can't run functions with side effects, and no statement can write to the schema's own table.
        guard csqlite_enable(database, SQLITE_DBCONFIG_DEFENSIVE) == SQLITE_OK else {
            throw SQLiteFailure(code: SQLITE_ERROR, message: "this SQLite has no defensive mode")
        }
        try run("PRAGMA trusted_schema = OFF")
        // Sorters hold documents: not in a file that this house neither names nor deletes.
        try run("PRAGMA temp_store = MEMORY")
    }

    /// The one connection that writes.
    static func writer(_ path: String) throws -> Connection {
        let connection = try Connection(path, .readWrite)
        try connection.harden()
        return connection
    }

    /// Write-ahead log with every commit forced to the disk: set, and then read back, because a commit that only seems to be
    /// durable looks like one that is. Checkpoints run on a thread of their own.
    func becomeDurable() throws {
        let mode = try first("PRAGMA journal_mode = WAL") { $0.text(0) }
        guard mode == "wal" else {
            throw StorageError.unavailable(
                "SQLite keeps no write-ahead log on this file system (\(mode ?? "no answer")).")
        }
        try run("PRAGMA synchronous = \(PlantedFault.synchronousOff.isPlanted ? "OFF" : "FULL")")
        guard try integer("PRAGMA synchronous") == 2 || PlantedFault.synchronousOff.isPlanted else {
            throw StorageError.unavailable("SQLite doesn't keep synchronous = FULL.")
        }
        try run("PRAGMA wal_autocheckpoint = 0")
        try run("PRAGMA journal_size_limit = \(Checkpointer.maximumLogBytes)")
        try run("PRAGMA cache_size = -32768")
    }

    static func checkpointer(_ path: String) throws -> Connection {
        let connection = try Connection(path, .readWrite)
        try connection.harden()
        try connection.run("PRAGMA wal_autocheckpoint = 0")
        try connection.run("PRAGMA synchronous = FULL")
        return connection
    }

    static func reader(_ path: String) throws -> Connection {
        let connection = try Connection(path, .readOnly)
        try connection.harden()
        try connection.run("PRAGMA query_only = ON")
        try connection.run("PRAGMA mmap_size = 1073741824")
        try connection.run("PRAGMA cache_size = -8192")
        return connection
    }
}
