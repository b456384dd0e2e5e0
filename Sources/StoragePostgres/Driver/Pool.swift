internal import Storage
internal import Threads

/// A fixed number of threads, each with a connection of its own, that take work from one queue.
///
/// Queries that may read a whole table take at most a quarter of the threads, so that a few of them can't stop everything
/// else for as long as they may run.
final class Pool: Sendable {
    enum Lane: Sendable { case short, scan }

    private struct Job: Sendable {
        let lane: Lane
        /// nil: the pool has closed.
        let run: @Sendable (Connection?) -> Void
    }

    private struct Queue: Sendable {
        var short: [Job] = []
        var scans: [Job] = []
        var runningScans = 0
        var isClosed = false
    }

    private let queue = Monitor(Queue())
    private let threads: [BlockingThread]

    /// - Throws: `StorageError.unavailable` where the system gives no threads.
    init(_ address: Address) throws(StorageError) {
        let queue = queue
        let scans = max(1, address.connections / 4)
        threads = (0..<address.connections).compactMap { _ in
            BlockingThread { Self.work(Connection(address), on: queue, scans: scans) }
        }
        guard threads.count == address.connections else {
            queue.change { $0.isClosed = true }
            throw .unavailable(
                "The system gives no thread for a connection to PostgreSQL; raise its limit or lower 'pool'.")
        }
    }

    /// Takes jobs until the pool has closed and none is left.
    private static func work(_ connection: Connection, on queue: Monitor<Queue>, scans: Int) {
        while true {
            let next: Job?? = queue.wait { queue in
                if !queue.short.isEmpty { return .some(queue.short.removeFirst()) }
                if queue.runningScans < scans, !queue.scans.isEmpty {
                    queue.runningScans += 1
                    return .some(queue.scans.removeFirst())
                }
                return queue.isClosed && queue.scans.isEmpty ? .some(nil) : nil
            }
            guard let next, let job = next else { break }
            job.run(connection)
            if job.lane == .scan { queue.changeForOne { $0.runningScans -= 1 } }
        }
        connection.close()
    }

    private func add(_ job: Job) {
        var isClosed = false
        queue.changeForOne { queue in
            isClosed = queue.isClosed
            guard !isClosed else { return }
            switch job.lane {
            case .short: queue.short.append(job)
            case .scan: queue.scans.append(job)
            }
        }
        if isClosed { job.run(nil) }
    }

    /// Runs `body` on one of the pool's threads. It runs to its end whatever becomes of the task that waits for it.
    /// - Throws: `StorageError.unavailable` after `close`, and what `body` throws.
    func run<Result: Sendable>(
        _ lane: Lane = .short, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            add(
                Job(lane: lane) { connection in
                    guard let connection else {
                        continuation.resume(throwing: StorageError.unavailable("The database has been closed."))
                        return
                    }
                    continuation.resume(with: Swift.Result { try body(connection) })
                })
        }
    }

    /// Runs `body` without anybody waiting for it.
    func start(_ lane: Lane = .short, _ body: @escaping @Sendable (Connection) -> Void) {
        add(Job(lane: lane) { connection in if let connection { body(connection) } })
    }

    /// Lets what was asked for end, then ends the threads.
    func close() async {
        queue.change { $0.isClosed = true }
        await BlockingThread.join(threads)
    }
}
