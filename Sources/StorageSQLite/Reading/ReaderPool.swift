internal import Storage
internal import Synchronization

/// Read-only connections, each used synchronously by one task at a time: a point read takes 10 µs, less than a change of
/// threads. There are as many as were ever used at once, which is as many as there are threads.
final class ReaderPool: Sendable {
    private let path: String
    private let state = Mutex<(idle: [Connection], isClosed: Bool)>(([], false))

    init(_ path: String) { self.path = path }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        let taken = try state.withLock { state -> Connection? in
            if state.isClosed { throw StorageError.unavailable(Writer.closed) }
            return state.idle.popLast()
        }
        let connection = try taken ?? Connection.reader(path)
        defer { giveBack(connection) }
        return try body(connection)
    }

    private func giveBack(_ connection: Connection) {
        let isKept = state.withLock { state in
            if !state.isClosed { state.idle.append(connection) }
            return !state.isClosed
        }
        if !isKept { connection.close() }
    }

    func close() {
        let idle = state.withLock { state in
            defer { state = ([], true) }
            return state.idle
        }
        idle.forEach { $0.close() }
    }
}
