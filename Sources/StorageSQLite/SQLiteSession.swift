internal import EDM
package import Storage
internal import Synchronization

/// The questions of one answer or one run: one connection, taken with the first question that needs one, and one snapshot.
///
/// A question is answered in the task that asks it. Whatever waits (a commit, a scan) gives the connection back first.
package final class SQLiteSession: ReadSession {
    let engine: SQLiteEngine
    /// Whether everything must be of one state: then no row is taken that was read in another snapshot.
    let isConsistent: Bool
    private let state = Mutex(State())

    private struct State {
        var connection: Connection?
        /// Of the snapshot; where nothing has needed one yet, of what was read before. nil: nothing was asked yet.
        var generation: UInt64?
        var bases: [Basis] = []
        /// Whether everything in `bases` is so in this generation.
        var isChecked = true
    }

    init(_ engine: SQLiteEngine, isConsistent: Bool) {
        self.engine = engine
        self.isConsistent = isConsistent
    }

    deinit { end() }

    // MARK: The connection

    /// Reads in the calling task.
    func read<Result: Sendable>(_ body: (Connection) throws -> Result) throws -> Result {
        try engine.checkRunning()
        return try SQLiteEngine.reporting {
            try state.withLock { state in
                let connection = try open(&state)
                if !state.isChecked { try check(&state, on: connection) }
                return try reading(with: connection, &state, body)
            }
        }
    }

    private func open(_ state: inout State) throws -> Connection {
        if let connection = state.connection { return connection }
        let connection = try engine.readers.take()
        state.connection = connection
        let generation = connection.snapshot?.generation ?? 0
        if state.generation != generation, !state.bases.isEmpty { state.isChecked = false }
        state.generation = generation
        return connection
    }

    /// After a failure nobody knows what became of the transaction.
    private func reading<Result>(
        with connection: Connection, _ state: inout State, _ body: (Connection) throws -> Result
    ) throws -> Result {
        do { return try body(connection) } catch let failure as SQLiteFailure {
            state.connection = nil
            connection.abandonSnapshot()
            engine.readers.giveBack(connection)
            throw failure
        }
    }

    /// Lends the connection, with its snapshot, to another thread for a while.
    func lending<Result: Sendable>(_ body: (Connection) async throws -> Result) async throws -> Result {
        let connection = try SQLiteEngine.reporting {
            try state.withLock { state in
                defer { state.connection = nil }
                let connection = try open(&state)
                if !state.isChecked { try check(&state, on: connection) }
                return connection
            }
        }
        defer {
            let isTakenBack = state.withLock { state in
                guard state.connection == nil else { return false }
                state.connection = connection
                return true
            }
            if !isTakenBack { engine.readers.giveBack(connection) }
        }
        return try await body(connection)
    }

    package func end() {
        state.withLock { state in
            if let connection = state.connection { engine.readers.giveBack(connection) }
            state.connection = nil
            state.generation = nil
            state.isChecked = state.bases.isEmpty
        }
    }

    // MARK: What was read before

    package var generation: UInt64 { state.withLock { generation(&$0) } }

    /// 0 where others write too.
    private func generation(_ state: inout State) -> UInt64 {
        guard engine.writing != nil else { return 0 }
        if let generation = state.generation { return generation }
        let generation = engine.readers.committed.generation
        state.generation = generation
        return generation
    }

    package func rest(on basis: Basis) {
        state.withLock { state in
            state.bases.append(basis)
            state.isChecked = false
        }
    }

    package func check() async throws {
        try SQLiteEngine.reporting {
            try state.withLock { state in
                guard !state.isChecked else { return }
                try engine.checkRunning()
                if isKnown(&state) { return try checkWindows(&state) }
                try check(&state, on: try open(&state))
            }
        }
    }

    /// Whether nothing was committed since all of it was found to be so.
    private func isKnown(_ state: inout State) -> Bool {
        let generation = generation(&state)
        return generation != 0 && state.bases.allSatisfy { $0.generation == generation }
    }

    private func check(_ state: inout State, on connection: Connection) throws {
        if !isKnown(&state) {
            let generation = generation(&state)
            for basis in state.bases where generation == 0 || basis.generation != generation {
                guard try reading(with: connection, &state, { try isSo(basis, on: $0) }) else { throw StaleBasis() }
                basis.stands(in: generation)
            }
        }
        try checkWindows(&state)
    }

    private func checkWindows(_ state: inout State) throws {
        let open = ChangeSet.Window()
        if state.bases.contains(where: { $0.window != open }) {
            let now = try engine.clock.now()
            guard state.bases.allSatisfy({ $0.window.contains(now) }) else { throw StaleBasis() }
        }
        state.isChecked = true
    }

    // MARK: Rows

    /// A row by its key, without internals: from what this process holds of the newest state, or read.
    func row(_ key: Key, _ tenant: String, in table: Table) throws -> PointRow? {
        let place = CommittedState.Place(tenant: tenant, key: key)
        let committed = engine.readers.committed
        try engine.checkRunning()
        return try SQLiteEngine.reporting {
            try state.withLock { state in
                let generation = generation(&state)
                if !state.isChecked, isKnown(&state) { try checkWindows(&state) }
                if !isConsistent, generation != 0, state.isChecked,
                    let row = committed.row(at: place, in: generation)
                {
                    return row
                }
                let connection = try open(&state)
                if !state.isChecked { try check(&state, on: connection) }
                let row = try reading(with: connection, &state) { try $0.point(key, tenant, table) }
                if let row, let generation = connection.snapshot?.generation, engine.writing != nil {
                    committed.keep(row, at: place, readIn: generation)
                }
                return row
            }
        }
    }
}

extension Connection {
    /// Ends the snapshot, whatever is left of its transaction.
    func abandonSnapshot() {
        snapshot = nil
        if isInTransaction { _ = try? run("ROLLBACK") }
    }
}
