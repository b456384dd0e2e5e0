package import EDM
package import Storage
internal import Synchronization

/// The questions of one answer or one run. Each is autocommitted: a commit finds out what has changed since, and an answer
/// that rests on what was read before has it checked in the trip of its next question. Only where everything must be of one
/// state is there a transaction, for which a connection is leased.
package final class PostgresSession: ReadSession {
    let engine: PostgresEngine
    private let isConsistent: Bool
    private let state = Mutex(State())

    private struct State {
        var bases: [Basis] = []
        /// How many of `bases` were found to be so; the rest is asked about with the next question.
        var checked = 0
        var lease: Lease?
    }

    init(_ engine: PostgresEngine, isConsistent: Bool) {
        self.engine = engine
        self.isConsistent = isConsistent
    }

    deinit { end() }

    /// Other nodes commit too.
    package var generation: UInt64 { 0 }

    package func rest(on basis: Basis) { state.withLock { $0.bases.append(basis) } }

    package func check() async throws {
        if state.withLock({ $0.checked < $0.bases.count }) { _ = try await load([]) }
    }

    package func end() {
        state.withLock { state in
            state.lease?.end()
            state.lease = nil
            state.checked = 0
        }
    }

    package func now() async throws -> Instant {
        // What is to be checked goes with the reading.
        if engine.clock.wanted != nil { _ = try await load([]) }
        return try await engine.now()
    }

    // MARK: Running

    /// - Throws: `StorageError.unavailable`, `StaleBasis`.
    func load(_ statements: [Statement]) async throws -> [Reply] {
        do { return try await run(statements, in: .short) } catch let end as PipelineEnd { throw end.storageError }
    }

    /// Runs statements that change nothing, and after them, in the same trip, what finds out whether the session's bases
    /// still stand: what stands then has stood while the statements ran.
    /// - Throws: the `PipelineEnd` that isn't success; `StaleBasis`.
    func run(_ statements: [Statement], in lane: Pool.Lane) async throws -> [Reply] {
        let (bases, known, lease) = state.withLock { state in
            if isConsistent, state.lease == nil { state.lease = Lease(engine.pool) }
            return (Array(state.bases.dropFirst(state.checked)), state.bases.count, state.lease)
        }
        guard !bases.isEmpty else { return try await engine.run(statements, in: lane, on: lease) }
        let plans = bases.map { BasisPlan($0, engine.schema) }
        let replies = try await engine.run(statements + plans.flatMap(\.statements), in: lane, on: lease)
        var rest = replies.dropFirst(statements.count)
        for plan in plans {
            guard plan.isSo(in: Array(rest.prefix(plan.statements.count))) else { throw StaleBasis() }
            rest = rest.dropFirst(plan.statements.count)
        }
        for basis in bases where basis.window != ChangeSet.Window() {
            guard basis.window.contains(try await engine.now()) else { throw StaleBasis() }
        }
        state.withLock { $0.checked = max($0.checked, min(known, $0.bases.count)) }
        return Array(replies.prefix(statements.count))
    }
}
