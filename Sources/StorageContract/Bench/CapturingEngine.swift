internal import EDM
internal import Storage
internal import Synchronization

/// Keeps the change set that a store would commit, and commits nothing.
final class CapturingEngine: WrappingEngine {
    let inner: any Engine
    private let changes = Mutex<ChangeSet?>(nil)

    init(_ inner: any Engine) { self.inner = inner }

    var captured: ChangeSet? { changes.withLock { $0 } }

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        self.changes.withLock { $0 = changes }
        return .unavailable(reason: "captured")
    }
}

/// Says that it is a fixed instant; the commit's window still meets the real clock.
struct StoppedEngine: WrappingEngine {
    let inner: any Engine
    let instant: Instant

    func now() async throws -> Instant { instant }
}
