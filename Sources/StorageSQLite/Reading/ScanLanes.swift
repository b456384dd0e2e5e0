internal import Storage
internal import Threads

/// Two threads for questions that no index answers: two such questions on Swift's cooperative threads would stop the
/// server.
final class ScanLanes: Sendable {
    static let limit = Duration.seconds(2)
    private static let lanes = 2
    private static let maximumWaiting = 32

    private typealias Scan = @Sendable (Connection?) -> Void
    private let mailbox = Mailbox<Scan>()

    init(_ path: String) {
        for _ in 0..<Self.lanes {
            BlockingThread.detached { [mailbox] in
                var connection: Connection?
                while let scan = mailbox.take(1).first {
                    connection = connection ?? (try? Connection.reader(path))
                    scan(connection)
                }
                connection?.close()
            }
        }
    }

    /// Runs `body` on one of the threads, in the limit.
    /// - Parameter lent: the connection of a session, which nobody else uses meanwhile.
    func run<Result: Sendable>(on lent: Connection? = nil, _ body: @escaping @Sendable (Connection) throws -> Result)
        async throws -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            let sent = mailbox.send(
                { own in
                    guard let connection = lent ?? own else {
                        return continuation.resume(throwing: StorageError.unavailable("The database can't be read."))
                    }
                    continuation.resume(with: .init { try connection.within(Self.limit) { try body(connection) } })
                }, limit: Self.maximumWaiting)
            guard !sent else { return }
            continuation.resume(
                throwing: StorageError.unavailable("Too many searches without an index are waiting. Try again."))
        }
    }

    func close() { mailbox.close() }
}
