internal import CSQLite
internal import Storage
internal import Synchronization
internal import Threads

/// The one thread that writes, and what waits for it.
final class Writer: Sendable {
    fileprivate enum Message: Sendable {
        case commit(Job)
        /// Something else for the writer's thread; where that is of no use any more, it is told why.
        case perform(@Sendable (GroupCommit, _ refusal: String?) throws(GroupCommit.CommitUnknown) -> Void)
        case close(CheckedContinuation<Void, Never>?)
    }

    private let mailbox = Mailbox<Message>()
    private let checkpointer: Checkpointer
    private let halted = Mutex<String?>(nil)
    private let onHalt: @Sendable (String) -> Void
    private let onClose: @Sendable () -> Void

    init(
        _ group: sending GroupCommit, _ checkpointer: Checkpointer, onHalt: @escaping @Sendable (String) -> Void,
        onClose: @escaping @Sendable () -> Void
    ) {
        self.checkpointer = checkpointer
        self.onHalt = onHalt
        self.onClose = onClose
        sqlite3_wal_hook(
            group.writer.connection.database,
            { context, _, _, pages in
                if let context { Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue().logHolds(pages) }
                return SQLITE_OK
            }, Unmanaged.passUnretained(checkpointer).toOpaque())
        BlockingThread.detached { [self] in run(group) }
    }

    /// Why the store has halted, if it has: a COMMIT has failed and its result can't be told.
    var haltReason: String? { halted.withLock { $0 } }

    /// How many calls wait.
    var waiting: Int { mailbox.count }

    // MARK: Asking

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        await withCheckedContinuation { continuation in
            let job = Job(changes, continuation)
            if !mailbox.send(.commit(job)) { job.deliver(.unavailable(reason: Self.closed)) }
        }
    }

    /// Runs `body` on the writer's thread, between two groups.
    func perform<Result: Sendable>(_ body: @escaping @Sendable (GroupCommit) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let sent = mailbox.send(
                .perform { (group, refusal) throws(GroupCommit.CommitUnknown) in
                    if let refusal { return continuation.resume(throwing: StorageError.unavailable(refusal)) }
                    let result = Swift.Result { try body(group) }
                    group.hasChangedAnything()
                    do {
                        continuation.resume(returning: try result.get())
                    } catch let unknown as GroupCommit.CommitUnknown {
                        continuation.resume(throwing: StorageError.unknown(unknown.reason))
                        throw unknown
                    } catch let failure as SQLiteFailure {
                        continuation.resume(throwing: StorageError.unavailable("The database failed (\(failure))."))
                    } catch { continuation.resume(throwing: error) }
                })
            if !sent { continuation.resume(throwing: StorageError.unavailable(Self.closed)) }
        }
    }

    static let closed = "The database is closed."

    /// Runs what waits, then ends the thread and closes its connection with the log emptied into the database.
    func close() async {
        await withCheckedContinuation { continuation in
            if !mailbox.send(.close(continuation)) { continuation.resume() }
        }
    }

    /// Closes without waiting for it: nobody has the engine any more.
    func abandon() { _ = mailbox.send(.close(nil)) }

    // MARK: The thread

    private func run(_ group: GroupCommit) {
        var waiting: [Message] = []
        while true {
            if waiting.isEmpty { waiting = mailbox.take(GroupCommit.maximumJobs) }
            guard let first = waiting.first else { return }
            do throws(GroupCommit.CommitUnknown) {
                switch first {
                case .perform(let body):
                    waiting.removeFirst()
                    try body(group, haltReason)
                case .commit:
                    let jobs = waiting.prefixOfJobs()
                    if let halted = haltReason {
                        for job in jobs { job.deliver(.unavailable(reason: halted)) }
                        waiting.removeFirst(jobs.count)
                    } else {
                        checkpointer.holdBack()
                        waiting.removeFirst(try group.commit(jobs))
                    }
                case .close(let continuation):
                    mailbox.close()
                    close(group)
                    try refuse(Array(waiting.dropFirst()) + mailbox.takeWaiting(), group)
                    continuation?.resume()
                    return
                }
            } catch {
                waiting.removeFirst(error.delivered)
                halt(error.reason, &waiting)
            }
        }
    }

    private func close(_ group: GroupCommit) {
        checkpointer.stop()
        let connection = group.writer.connection
        // After a halt the log is evidence: the next start recovers it.
        if haltReason == nil {
            sqlite3_wal_checkpoint_v2(connection.database, nil, SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        }
        connection.close()
        onClose()
    }

    private func refuse(_ messages: [Message], _ group: GroupCommit) throws(GroupCommit.CommitUnknown) {
        for message in messages {
            switch message {
            case .commit(let job): job.deliver(.unavailable(reason: Self.closed))
            case .perform(let body): try body(group, Self.closed)
            case .close(let continuation): continuation?.resume()
            }
        }
    }

    /// Whoever waits for a commit is told that its result can't be known: "unavailable" would make clients repeat it.
    private func halt(_ reason: String, _ waiting: inout [Message]) {
        let reason = "\(reason) Whether the last changes were kept is known when the server has been started again."
        halted.withLock { $0 = reason }
        var others: [Message] = []
        for message in waiting + mailbox.takeWaiting() {
            if case .commit(let job) = message { job.deliver(.unknown(reason: reason)) } else { others.append(message) }
        }
        waiting = others
        onHalt(reason)
    }
}

extension [Writer.Message] {
    /// The change sets before anything else that waits.
    fileprivate func prefixOfJobs() -> [Job] {
        var jobs: [Job] = []
        for message in self {
            guard case .commit(let job) = message else { break }
            jobs.append(job)
        }
        return jobs
    }
}
