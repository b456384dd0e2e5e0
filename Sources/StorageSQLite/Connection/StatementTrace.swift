#if DEBUG
    internal import CSQLite
    internal import Synchronization

    /// What an engine's connections run, as SQLite itself tells it: for tests that bound how many statements something takes.
    /// Debug builds only.
    package final class StatementTrace: Sendable {
        private let reads = Log()
        private let writes = Log()

        fileprivate final class Log: Sendable {
            let statements = Mutex<[String]>([])
        }

        package init() {}

        /// Watches the writer and the connection that the next question gets: in a test of one task, the only one.
        package func watch(_ engine: SQLiteEngine) async throws {
            let connection = try engine.readers.take()
            connection.trace(into: reads)
            engine.readers.giveBack(connection)
            try await engine.perform { [writes] in $0.writer.connection.trace(into: writes) }
        }

        /// What readers ran since the last call, besides what begins and ends a snapshot: when one ends, time decides too.
        package func takeReads() -> [String] {
            reads.statements.withLock { exchange(&$0, with: []) }.filter { $0 != "BEGIN" && $0 != "COMMIT" }
        }

        /// What the writer ran since the last call, transactions and savepoints included.
        package func takeWrites() -> [String] { writes.statements.withLock { exchange(&$0, with: []) } }
    }

    extension Connection {
        /// The log lives for ever: which of the test's values goes first, the test needn't know.
        fileprivate func trace(into log: StatementTrace.Log) {
            sqlite3_trace_v2(
                database, UInt32(SQLITE_TRACE_STMT),
                { _, context, statement, _ in
                    guard let context, let statement, let text = sqlite3_sql(OpaquePointer(statement)) else { return 0 }
                    Unmanaged<StatementTrace.Log>.fromOpaque(context).takeUnretainedValue()
                        .statements.withLock { $0.append(String(cString: text)) }
                    return 0
                }, Unmanaged.passRetained(log).toOpaque())
        }
    }
#endif
