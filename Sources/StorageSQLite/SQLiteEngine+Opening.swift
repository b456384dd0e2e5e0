internal import CSQLite
package import EDM
package import Storage

extension SQLiteEngine {
    /// Opens a database.
    ///
    /// - Parameters:
    ///   - stamp: what the database is for; a new one gets it, another one's is refused.
    ///   - systemClock: for tests; in a database stamped `production` it is held against the time that really passes (R24).
    ///   - onHalt: called once, when a COMMIT has failed and every waiting call has been told that its result is unknown. The
    ///     process should end; the next start finds out what was kept.
    /// - Throws: `StorageError.incompatible` for a file that this build must not open, `.unavailable` for one that it can't;
    ///   both name the remedy.
    package static func open(
        _ location: Location, catalog: Catalog, stamp: Stamp, access: Access = .serve,
        systemClock: (@Sendable () -> Instant)? = nil, onHalt: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> SQLiteEngine {
        let tables = Tables(catalog)
        let systemClock = systemClock ?? StoreClock.realTime
        return try reporting {
            switch (location, access) {
            case (.memory, .inspect):
                throw StorageError.incompatible("A database in memory has nobody else to inspect it.")
            case (.memory, .serve):
                let directory = try MemoryDirectory()
                return try serve(
                    try DatabasePath(directory.database), tables, stamp, systemClock, onHalt
                ) { directory.remove() }
            case (.file(let path), .serve):
                let path = try DatabasePath(path)
                let lock = try FileLock(path.lock)
                return try serve(path, tables, stamp, systemClock, onHalt) { lock.release() }
            case (.file(let path), .inspect):
                return try inspect(try existing(path), tables, stamp, systemClock)
            }
        }
    }

    /// What a database is for.
    /// - Throws: as `open` does.
    package static func stamp(ofFile path: String) throws -> Stamp {
        try reporting {
            let path = try existing(path)
            let connection = try Connection.reader(path)
            defer { connection.close() }
            guard case .ours(let stamp) = try FileIdentity.of(connection, path: path) else { throw empty(path) }
            return stamp
        }
    }

    private static func existing(_ path: String) throws -> String {
        let path = try DatabasePath(path)
        guard path.exists else { throw StorageError.incompatible("There is no database at '\(path.path)'.") }
        return path.path
    }

    private static func empty(_ path: String) -> StorageError {
        .incompatible("'\(path)' is empty. Start the server once to make a database of it.")
    }

    private static func serve(
        _ path: DatabasePath, _ tables: Tables, _ stamp: Stamp, _ systemClock: @escaping @Sendable () -> Instant,
        _ onHalt: @escaping @Sendable (String) -> Void, _ release: @escaping @Sendable () -> Void
    ) throws -> SQLiteEngine {
        do {
            if !path.exists { try path.create() }
            let connection = try Connection.writer(path.path)
            do {
                try FileIdentity.of(connection, path: path.path).check(stamp, path: path.path)
                try connection.becomeDurable()
                try Migration(connection: connection, tables: tables).run(stamp: stamp)
                let clock = StoreClock(stamp: stamp, system: systemClock, saved: try connection.savedClock())
                let checkpointer = Checkpointer(try Connection.checkpointer(path.path))
                return SQLiteEngine(
                    path.path, tables, stamp, clock, writing(connection, tables, clock, checkpointer, onHalt, release))
            } catch {
                connection.close()
                throw error
            }
        } catch {
            release()
            throw error
        }
    }

    private static func writing(
        _ connection: Connection, _ tables: Tables, _ clock: StoreClock, _ checkpointer: Checkpointer,
        _ onHalt: @escaping @Sendable (String) -> Void, _ release: @escaping @Sendable () -> Void
    ) -> Writing {
        #if DEBUG
            let faults = Faults()
            let writer = WriterConnection(connection: connection, faults: faults)
            return Writing(
                writer: Writer(GroupCommit(writer, tables, clock), checkpointer, onHalt: onHalt),
                checkpointer: checkpointer,
                release: release, faults: faults)
        #else
            let writer = WriterConnection(connection: connection)
            return Writing(
                writer: Writer(GroupCommit(writer, tables, clock), checkpointer, onHalt: onHalt),
                checkpointer: checkpointer,
                release: release)
        #endif
    }

    private static func inspect(
        _ path: String, _ tables: Tables, _ stamp: Stamp, _ systemClock: @escaping @Sendable () -> Instant
    ) throws -> SQLiteEngine {
        let connection = try Connection.reader(path)
        defer { connection.close() }
        let identity = try FileIdentity.of(connection, path: path)
        guard case .ours = identity else { throw empty(path) }
        try identity.check(stamp, path: path)
        guard try connection.serves(tables) else {
            throw StorageError.incompatible(
                "'\(path)' was written by an older release. Start the server once to bring it up to date.")
        }
        let clock = StoreClock(stamp: stamp, system: systemClock, saved: try connection.savedClock())
        return SQLiteEngine(path, tables, stamp, clock, nil)
    }

    /// SQLite's failures in the house's words.
    static func reporting<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let failure as SQLiteFailure {
            throw StorageError.unavailable("The database can't be used (\(failure)).")
        }
    }
}
