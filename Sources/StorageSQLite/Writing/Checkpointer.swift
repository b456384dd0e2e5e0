internal import CSQLite
internal import Threads

/// Moves the write-ahead log into the database on a thread and a connection of its own: a checkpoint in the writer's thread
/// was a pause of 20 ms for everybody.
///
/// Only PASSIVE checkpoints, which wait for nobody; what they leave because somebody reads it, the next one takes. Where
/// the log has outgrown its bound nonetheless, the writer waits for one.
final class Checkpointer: Sendable {
    static let pagesBetweenCheckpoints: Int32 = 1000
    static let maximumLogBytes = 64 << 20
    private static let pageSize = 4096

    private struct State: Sendable {
        /// Pages in the log after the newest commit, and when the last checkpoint began.
        var pages: Int32 = 0
        var donePages: Int32 = 0
        var runs = 0
        var isStopping = false
        var hasStopped = false

        var isDue: Bool { pages - donePages >= Checkpointer.pagesBetweenCheckpoints }
    }

    private let monitor = Monitor(State())

    init(_ connection: Connection, _ readers: ReaderPool) {
        BlockingThread.detached { [monitor] in
            while Self.waitUntilDue(monitor) {
                // What is kept only for the next reader must hold nothing up.
                readers.endIdleSnapshots()
                // Besides a disk that fails, which the next commit meets too, only BUSY: somebody else is at it.
                sqlite3_wal_checkpoint_v2(connection.database, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                monitor.change { $0.runs += 1 }
            }
            connection.close()
            monitor.change { $0.hasStopped = true }
        }
    }

    private static func waitUntilDue(_ monitor: Monitor<State>) -> Bool {
        monitor.wait { state in
            if state.isStopping { return false }
            guard state.isDue else { return nil }
            state.donePages = state.pages
            return true
        }
    }

    /// How many checkpoints have run.
    var count: Int { monitor.withLock { $0.runs } }

    /// From the writer's log hook: so many pages are in the log.
    func logHolds(_ pages: Int32) {
        monitor.change { state in
            // Fewer: the log has begun again from its start.
            if pages < state.pages { state.donePages = 0 }
            state.pages = pages
        }
    }

    /// Waits for a checkpoint, two seconds at most, where the log is over its bound.
    func holdBack() {
        let before = monitor.change { state -> Int? in
            guard Int(state.pages) * Self.pageSize > Self.maximumLogBytes, !state.isStopping else { return nil }
            state.donePages = min(state.donePages, state.pages - Self.pagesBetweenCheckpoints)
            return state.runs
        }
        guard let before else { return }
        monitor.wait(atMost: 2000) { $0.runs > before || $0.isStopping ? true : nil }
    }

    /// Ends the thread, closes its connection, and returns when that is done.
    func stop() {
        monitor.change { $0.isStopping = true }
        monitor.wait { $0.hasStopped ? true : nil }
    }
}
