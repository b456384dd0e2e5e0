internal import Storage
internal import Synchronization

/// The row lock that keeps a second node from a database whose clock can be moved: one of them would go on with the old
/// time. It's held by an open transaction, so it ends with the process however that ends.
final class Attachment: @unchecked Sendable {
    // The connection is used by whoever opens and, after everything else has ended, by whoever closes.
    private let connection: Connection

    /// - Throws: `StorageError.unavailable` where another node is attached.
    init(_ address: Address) throws {
        connection = Connection(address)
        do {
            try connection.hold([
                Statement("SELECT set_config('idle_in_transaction_session_timeout', '0', true)", isKept: false),
                Statement("SELECT 1 FROM meta WHERE name = 'attached' FOR UPDATE NOWAIT", isKept: false),
            ])
        } catch let end as PipelineEnd {
            guard case .refused(let error, _) = end, error.state == "55P03" else { throw end.storageError }
            throw StorageError.unavailable(
                "Another server is attached to this demo or emulator database. Stop it, or use a database of your own.")
        }
    }

    func close() { connection.close() }
}
