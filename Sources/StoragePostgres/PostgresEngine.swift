internal import EDM
package import Storage
internal import Synchronization

/// Storage in a PostgreSQL database, which several nodes may share.
///
/// A decision is validated and committed in one round trip (`CommitPlan`); what became of it is never guessed
/// (`Resolution`). Nothing here needs more of the server than tables, row locks and READ COMMITTED.
package final class PostgresEngine: Engine, WrappingReading {
    package let catalog: Catalog
    package let stamp: DatabasePurpose
    let schema: Schema
    let address: Address
    let pool: Pool
    let clock = StoreClock()
    /// nil where the engine only inspects.
    let sequencer: Sequencer?
    /// Holds the row that says that a node is attached, in a database whose clock can be moved.
    private let attachment: Attachment?
    private let isClosed = Mutex(false)
    #if DEBUG
        private let cut = Mutex<Connection.Cut?>(nil)
        private let loads = Mutex(0)
    #endif

    private init(
        _ address: Address, _ schema: Schema, stamp: DatabasePurpose, attachment: Attachment?, access: EngineAccess
    ) throws(StorageError) {
        self.address = address
        self.schema = schema
        self.stamp = stamp
        self.attachment = attachment
        catalog = schema.catalog
        pool = try Pool(address)
        sequencer = access == .serve ? try Sequencer(address, schema) : nil
    }

    /// Opens a database; to serve it, it's made or brought up to date first.
    ///
    /// - Parameter url: `postgres://…`, with libpq's parameters and two of ours: `pool`, the number of connections (8), and
    ///   `pooler=transaction` behind a pooler that gives each transaction another session.
    /// - Throws: `StorageError.incompatible` or `.unavailable`, with the remedy and without the URL.
    package static func open(
        url: String, catalog: Catalog, stamp: DatabasePurpose, access: EngineAccess = .serve
    ) async throws -> PostgresEngine {
        let address = try Address(url)
        let schema = Schema(catalog, stamp: stamp)
        let attachment = try await alone(address) { connection in
            let migration = SchemaMigration(schema: schema, stamp: stamp, connection: connection)
            guard access == .serve else {
                try migration.check()
                return nil as Attachment?
            }
            let settings = try connection.run([ServerCheck.statement]).get()
            if let row = settings.first?.rows.first { try ServerCheck.check(row, stamp: stamp) }
            try migration.run()
            return stamp == .production ? nil : try Attachment(address)
        }
        return try PostgresEngine(address, schema, stamp: stamp, attachment: attachment, access: access)
    }

    /// What a database is for; nil where it holds nothing of ours.
    /// - Throws: as `open` does.
    package static func stamp(of url: String) async throws -> DatabasePurpose? {
        try await alone(try Address(url)) { try SchemaMigration.stamp(on: $0) }
    }

    /// Runs what comes before there is an engine on a pool of one, so that no task's thread is blocked.
    private static func alone<Result: Sendable>(
        _ address: Address, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        let pool = try Pool(address.single)
        do {
            let result = try await pool.run { try body($0) }
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw (error as? PipelineEnd)?.storageError ?? error
        }
    }

    package func close() async {
        let wasClosed = isClosed.withLock { closed in
            defer { closed = true }
            return closed
        }
        guard !wasClosed else { return }
        await pool.close()
        await sequencer?.close()
        attachment?.close()
    }

    #if DEBUG
        /// Cuts the connection during the next commit: what a network or a server does when it dies at the worst moment.
        /// For tests.
        package func cutNextCommit(afterSync: Bool) { cut.withLock { $0 = afterSync ? .afterSync : .beforeSync } }
    #endif

    #if DEBUG
        /// How many loads there have been, each one way to the server and back. For tests.
        package var roundTrips: Int { loads.withLock { $0 } }
    #endif

    func takeCut() -> Connection.Cut? {
        #if DEBUG
            cut.withLock { cut in
                defer { cut = nil }
                return cut
            }
        #else
            nil
        #endif
    }

    // MARK: Loads

    /// A question outside any session is a session of its own.
    package var reading: any Reading { PostgresSession(self, isConsistent: false) }

    package func session(consistently: Bool) -> any ReadSession { PostgresSession(self, isConsistent: consistently) }

    /// Runs statements that change nothing: again on a new connection where the old one was found dead. The store's clock
    /// is read with them where the last reading has aged.
    /// - Throws: `StorageError.unavailable`.
    func load(_ statements: [Statement]) async throws -> [Reply] {
        do { return try await run(statements, in: .short) } catch let end as PipelineEnd { throw end.storageError }
    }

    /// - Parameter lease: the connection of a session that has one.
    /// - Throws: the `PipelineEnd` that isn't success.
    func run(_ statements: [Statement], in lane: Pool.Lane, on lease: Lease? = nil) async throws -> [Reply] {
        let wanted = clock.wanted
        let all = wanted == nil ? statements : [Statement("SELECT \(schema.clock)")] + statements
        guard !all.isEmpty else { return [] }
        #if DEBUG
            loads.withLock { $0 += 1 }
        #endif
        let end: PipelineEnd
        if let lease {
            end = try await lease.run(all)
        } else {
            end = try await pool.run(lane) { connection in
                let end = connection.run(all)
                switch end {
                case .lost, .unreachable: return connection.run(all)
                case .complete, .refused, .failedCommit: return end
                }
            }
        }
        let replies = try end.get()
        guard let wanted else { return replies }
        if let reading = replies.first?.rows.first?.integer(0) {
            clock.observe(Instant(microseconds: reading), wanted: wanted)
        }
        return Array(replies.dropFirst())
    }
}
