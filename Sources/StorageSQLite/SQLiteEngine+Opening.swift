package import EDM
package import Storage

extension SQLiteEngine {
    /// Opens a database.
    ///
    /// - Parameters:
    ///   - stamp: what the database is for; a new one gets it, another one's is refused.
    ///   - systemClock: for tests; in a database stamped `production` it is held against the time that really passes (R24).
    ///   - onHalt: called once, when a COMMIT has failed and every waiting call has been told that its result is unknown.
    ///     The process should end; the next start finds out what was kept.
    /// - Throws: `StorageError.incompatible` for a file that this build must not open, `.unavailable` for one that it
    ///   can't; both name the remedy.
    package static func open(
        _ location: Location, catalog: Catalog, stamp: DatabasePurpose, access: EngineAccess = .serve,
        systemClock: (@Sendable () -> Instant)? = nil, onHalt: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> SQLiteEngine {
        let opening = Opening(
            tables: Tables(catalog), stamp: stamp, systemClock: systemClock ?? StoreClock.realTime, onHalt: onHalt)
        return try reporting {
            switch (location, access) {
            case (.memory, .inspect):
                throw StorageError.incompatible("A database in memory has nobody else to inspect it.")
            case (.memory, .serve):
                let directory = try MemoryDirectory()
                return try opening.serve(try DatabasePath(directory.database)) { directory.remove() }
            case (.file(let path), .serve):
                let path = try DatabasePath(path)
                let lock = try FileLock(path.lock)
                return try opening.serve(path) { lock.release() }
            case (.file(let path), .inspect): return try opening.inspect(try existing(path))
            }
        }
    }

    /// What a database is for.
    /// - Throws: as `open` does.
    package static func stamp(ofFile path: String) throws -> DatabasePurpose {
        try reporting {
            let path = try existing(path)
            let connection = try Connection.reader(path)
            defer { connection.close() }
            guard case .ours(let stamp) = try FileIdentity.of(connection, path: path) else {
                throw FileIdentity.empty(path)
            }
            return stamp
        }
    }

    private static func existing(_ path: String) throws -> String {
        let path = try DatabasePath(path)
        guard path.exists else { throw StorageError.incompatible("There is no database at '\(path.path)'.") }
        return path.path
    }

    /// SQLite's failures in the house's words.
    static func reporting<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let failure as SQLiteFailure {
            throw StorageError.unavailable("The database can't be used (\(failure)).")
        }
    }
}
