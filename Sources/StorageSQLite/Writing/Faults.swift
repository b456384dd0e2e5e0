#if DEBUG
    internal import Synchronization

    /// Faults that a test puts into the writer, because no real disk can be made to fail at the right moment. Debug builds only.
    final class Faults: Sendable {
        enum Fault: Hashable, Sendable {
            /// COMMIT fails, and nothing was committed.
            case commitFails
            /// COMMIT fails, and everything was committed.
            case commitFailsAfterwards
        }

        private struct State {
            var faults: Set<Fault> = []
            var statementsUntilLoss: Int?
            var code: Int32 = 0
        }

        private let state = Mutex(State())

        func plant(_ fault: Fault) { state.withLock { _ = $0.faults.insert(fault) } }

        /// The n-th statement from now on (1: the next) fails with a code, after the transaction has really been undone: what
        /// SQLite may do on FULL, IOERR, NOMEM and INTERRUPT.
        func loseTransaction(atStatement statement: Int, code: Int32) {
            state.withLock { state in
                state.statementsUntilLoss = statement
                state.code = code
            }
        }

        func take(_ fault: Fault) -> Bool { state.withLock { $0.faults.remove(fault) != nil } }

        func codeOfNextStatement() -> Int32? {
            state.withLock { state in
                guard let statements = state.statementsUntilLoss else { return nil }
                state.statementsUntilLoss = statements > 1 ? statements - 1 : nil
                return statements > 1 ? nil : state.code
            }
        }
    }
#endif
