internal import CSQLite
package import Storage

/// The store in one SQLite file, for one server.
///
/// One thread writes, many change sets to a transaction; readers see what was committed when they began.
package final class SQLiteEngine: Engine, WrappingReading {
    package enum Location: Hashable, Sendable {
        case file(String)
        /// Gone when the engine is closed or the process ends.
        case memory
    }

    package let catalog: Catalog
    package let stamp: DatabasePurpose
    /// Where the database is; of one in memory too.
    package let path: String

    let tables: Tables
    let readers: ReaderPool
    let scans: ScanLanes
    let plans = QueryPlans()
    let abundance = Abundance()
    let clock: StoreClock
    /// nil where the engine only inspects.
    let writing: Writing?

    struct Writing: Sendable {
        let writer: Writer
        let checkpointer: Checkpointer
        #if DEBUG
            let faults: Faults
        #endif
    }

    init(
        _ path: String, _ tables: Tables, _ stamp: DatabasePurpose, _ clock: StoreClock, _ readers: ReaderPool,
        _ writing: Writing?
    ) {
        self.path = path
        self.tables = tables
        self.stamp = stamp
        self.clock = clock
        self.writing = writing
        catalog = tables.catalog
        self.readers = readers
        scans = ScanLanes(path)
    }

    deinit {
        readers.close()
        scans.close()
        writing?.writer.abandon()
    }

    package func close() async {
        readers.close()
        scans.close()
        await writing?.writer.close()
    }

    // MARK: Reading

    /// A question outside any session is a session of its own.
    package var reading: any Reading { SQLiteSession(self, isConsistent: false) }

    package func session(consistently: Bool) -> any ReadSession { SQLiteSession(self, isConsistent: consistently) }

    // MARK: Committing

    package func commit(_ changes: ChangeSet) async -> CommitOutcome {
        guard let writing else { return .unavailable(reason: EngineAccess.refusal) }
        return await writing.writer.commit(changes)
    }

    /// What the writer has done since the engine was opened.
    package func counters() async throws -> Counters {
        var counters = try await perform { $0.counters }
        counters.checkpoints = writing?.checkpointer.count ?? 0
        return counters
    }

    @discardableResult
    func perform<Result: Sendable>(_ body: @escaping @Sendable (GroupCommit) throws -> Result) async throws -> Result {
        guard let writing else { throw StorageError.unavailable(EngineAccess.refusal) }
        return try await writing.writer.perform(body)
    }
}
