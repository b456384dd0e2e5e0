internal import EDM
internal import Storage

/// What every way of opening a database needs.
struct Opening {
    let tables: Tables
    let stamp: DatabasePurpose
    let systemClock: @Sendable () -> Instant
    let onHalt: @Sendable (String) -> Void

    /// - Parameter onClose: gives back what keeps others away; called here too, where nothing is opened.
    func serve(_ path: DatabasePath, onClose: @escaping @Sendable () -> Void) throws -> SQLiteEngine {
        do {
            if !path.exists { try path.create() }
            let connection = try Connection.writer(path.path)
            do { return try engine(connection, path.path, onClose) } catch {
                connection.close()
                throw error
            }
        } catch {
            onClose()
            throw error
        }
    }

    private func engine(
        _ connection: Connection, _ path: String, _ onClose: @escaping @Sendable () -> Void
    ) throws -> SQLiteEngine {
        try FileIdentity.of(connection, path: path).check(stamp, path: path)
        try connection.becomeDurable()
        try SchemaMigration(connection: connection, tables: tables).run(stamp: stamp)
        let clock = StoreClock(stamp: stamp, system: systemClock, saved: try connection.savedClock())
        let readers = ReaderPool(path, CommittedState(), keepsSnapshots: true)
        let checkpointer = Checkpointer(try Connection.checkpointer(path), readers)
        #if DEBUG
            let faults = Faults()
            let group = GroupCommit(WriterConnection(connection: connection, faults: faults), tables, clock, readers)
            let writer = Writer(group, checkpointer, onHalt: onHalt, onClose: onClose)
            let writing = SQLiteEngine.Writing(writer: writer, checkpointer: checkpointer, faults: faults)
        #else
            let group = GroupCommit(WriterConnection(connection: connection), tables, clock, readers)
            let writer = Writer(group, checkpointer, onHalt: onHalt, onClose: onClose)
            let writing = SQLiteEngine.Writing(writer: writer, checkpointer: checkpointer)
        #endif
        readers.startTimer()
        return SQLiteEngine(path, tables, stamp, clock, readers, writing)
    }

    func inspect(_ path: String) throws -> SQLiteEngine {
        let connection = try Connection.reader(path)
        defer { connection.close() }
        let identity = try FileIdentity.of(connection, path: path)
        guard case .ours = identity else { throw FileIdentity.empty(path) }
        try identity.check(stamp, path: path)
        guard try connection.serves(tables) else {
            throw StorageError.incompatible(
                "'\(path)' was written by an older release. Start the server once to bring it up to date.")
        }
        let clock = StoreClock(stamp: stamp, system: systemClock, saved: try connection.savedClock())
        let readers = ReaderPool(path, CommittedState(), keepsSnapshots: false)
        return SQLiteEngine(path, tables, stamp, clock, readers, nil)
    }
}
