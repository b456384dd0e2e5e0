internal import Storage
internal import Threads

/// One of a pool's connections for the pipelines of one session, in one read-only transaction that shows one state.
///
/// It takes a thread of the pool for as long, so leases are taken in the lane of scans, of which there are few.
final class Lease: Sendable {
    private typealias Job = @Sendable (Connection?) -> Void

    private struct State: Sendable {
        var jobs: [Job] = []
        var hasEnded = false
    }

    private let state = Monitor(State())

    /// How long a session may ask nothing before its connection goes back to others, in milliseconds.
    private static let patience = 10_000

    init(_ pool: Pool) {
        pool.start(.scan) { [state] connection in
            while let job = Self.next(state) { job(connection) }
            connection.endSnapshot()
            // What came too late.
            for job in state.change({ exchange(&$0.jobs, with: []) }) { job(nil) }
        }
    }

    private static func next(_ state: Monitor<State>) -> Job? {
        let next: Job?? = state.wait(atMost: patience) { state in
            if !state.jobs.isEmpty { return .some(state.jobs.removeFirst()) }
            return state.hasEnded ? .some(nil) : nil
        }
        if let next { return next }
        state.change { $0.hasEnded = true }
        return nil
    }

    /// Runs statements in the transaction, which the first ones begin.
    func run(_ statements: [Statement]) async throws -> PipelineEnd {
        try await withCheckedThrowingContinuation { continuation in
            let job: Job = { connection in
                guard let connection else {
                    return continuation.resume(
                        throwing: StorageError.unavailable("The answer took too long. Ask again, for less."))
                }
                continuation.resume(returning: connection.runInSnapshot(statements))
            }
            let isTaken = state.change { state in
                guard !state.hasEnded else { return false }
                state.jobs.append(job)
                return true
            }
            if !isTaken { job(nil) }
        }
    }

    func end() { state.change { $0.hasEnded = true } }
}
