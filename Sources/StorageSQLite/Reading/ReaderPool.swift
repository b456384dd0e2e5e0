internal import Storage
internal import Synchronization
internal import Threads

/// Read-only connections, each used synchronously by one task at a time: a point read takes 10 µs, less than a change of
/// threads. There are as many as were ever used at once, which is as many as there are threads.
///
/// Taking and dropping SQLite's locks costs more than a point read, so an idle connection keeps its snapshot open while
/// this process has committed nothing. Not for long: what somebody may still read can't be moved out of the log.
final class ReaderPool: Sendable {
    /// An open read transaction.
    struct Snapshot {
        /// Read before the transaction was begun.
        let generation: UInt64
        let began: ContinuousClock.Instant
    }

    private struct State {
        var idle: [Connection] = []
        var isClosed = false
        /// Whether the timer will come.
        var isTimed = false
    }

    /// No snapshot is kept for longer by a connection that is idle.
    static let maximumAge = Duration.milliseconds(100)
    /// The timer comes after half of it, so that what was young then is ended in time by the next.
    private static let tick = 50

    let committed: CommittedState
    private let path: String
    /// False where others write too.
    private let keepsSnapshots: Bool
    private let state = Mutex(State())
    private let timer = Monitor((isWanted: false, isClosed: false))

    init(_ path: String, _ committed: CommittedState, keepsSnapshots: Bool) {
        self.path = path
        self.committed = committed
        self.keepsSnapshots = keepsSnapshots
    }

    // MARK: Taking

    /// A connection with a snapshot that shows everything that was acknowledged until now.
    func take() throws -> Connection {
        let taken = try state.withLock { state -> Connection? in
            if state.isClosed { throw StorageError.unavailable(Writer.closed) }
            return state.idle.popLast()
        }
        let connection = try taken ?? Connection.reader(path)
        do { try begin(connection) } catch {
            connection.close()
            throw error
        }
        return connection
    }

    private func begin(_ connection: Connection) throws {
        let generation = committed.generation
        if let snapshot = connection.snapshot {
            if snapshot.generation == generation, .now - snapshot.began < Self.maximumAge { return }
            try connection.endSnapshot()
        }
        try connection.run("BEGIN")
        connection.snapshot = Snapshot(generation: generation, began: .now)
    }

    func giveBack(_ connection: Connection) {
        if let snapshot = connection.snapshot, !keepsSnapshots || .now - snapshot.began >= Self.maximumAge {
            do { try connection.endSnapshot() } catch { return connection.close() }
        }
        let isKept = state.withLock { state in
            guard !state.isClosed else { return (connection: false, timer: true) }
            state.idle.append(connection)
            defer { if connection.snapshot != nil { state.isTimed = true } }
            return (true, state.isTimed || connection.snapshot == nil)
        }
        if !isKept.connection { connection.close() }
        if !isKept.timer { timer.change { $0.isWanted = true } }
    }

    // MARK: Ending snapshots

    /// Ends what idle connections keep: somebody wants the log to begin again from its start, or time has passed.
    func endIdleSnapshots() {
        state.withLock { state in
            state.isTimed = false
            state.idle.removeAll { connection in
                do { try connection.endSnapshot() } catch {
                    connection.close()
                    return true
                }
                return false
            }
        }
    }

    /// Ends idle snapshots in time, on a thread that sleeps while there are none.
    func startTimer() {
        guard keepsSnapshots else { return }
        BlockingThread.detached { [self] in
            while timer.wait(for: { $0.isClosed ? false : $0.isWanted ? true : nil }) {
                timer.change { $0.isWanted = false }
                timer.wait(atMost: Self.tick) { $0.isClosed ? true : nil }
                endIdleSnapshots()
            }
        }
    }

    /// How many connections are idle with a snapshot.
    var keptSnapshots: Int { state.withLock { $0.idle.count { $0.snapshot != nil } } }

    func close() {
        let idle = state.withLock { state in
            defer {
                state.idle = []
                state.isClosed = true
            }
            return state.idle
        }
        idle.forEach { $0.close() }
        timer.change { $0.isClosed = true }
    }
}

extension Connection {
    func endSnapshot() throws {
        guard snapshot != nil else { return }
        snapshot = nil
        if isInTransaction { try run("COMMIT") }
    }
}
