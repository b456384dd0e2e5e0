package import EDM
package import Storage
internal import Synchronization

/// A sound engine with one mistake.
package final class FlawedEngine: WrappingEngine {
    package let inner: any Engine
    let flaw: Flaw
    private let state = Mutex(State())

    private struct State: Sendable {
        /// How many conflicts there were before each event.
        var gaps: [String: Int64] = [:]
        var conflicts: Int64 = 0
        /// The change sets that have come before.
        var seen: Set<String> = []
        var clockBehind: Duration = .zero
        /// What was acknowledged and has yet to happen.
        var owed: ChangeSet?
        /// What shows the state before the last commit.
        var late: (any ReadSession)?
    }

    package init(_ inner: any Engine, _ flaw: Flaw) {
        self.inner = inner
        self.flaw = flaw
    }

    /// The tenant under which the inner engine keeps things.
    private func kept(_ tenant: String) -> String { flaw == .tenantIgnored ? "everybody" : tenant }

    // MARK: Time

    package func now() async throws -> Instant {
        let behind = state.withLock { $0.clockBehind }
        return try await inner.now() - behind
    }

    package func setClock(_ instant: Instant) async throws {
        let now = try await inner.now()
        guard flaw == .clockRunsBack, instant < now else { return try await inner.setClock(instant) }
        state.withLock { $0.clockBehind = now - instant }
    }

    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        let at = flaw == .settledLate ? instant - .microseconds(1) : instant
        let overdue = try await inner.overdue(at: at, tenant: tenant, kind: kind, limit: limit)
        return flaw == .overdueUnordered ? overdue.reversed() : overdue
    }

    package func reset(keeping kinds: Set<String>) async throws {
        try await inner.reset(keeping: flaw == .resetOfEverything ? [] : kinds)
    }

    // MARK: Reads

    package func session(consistently: Bool) -> any ReadSession {
        if let late = state.withLock({ exchange(&$0.late, with: nil) }) { return late }
        switch flaw {
        case .snapshotKept: return FlawedSession(inner.session(consistently: true), flaw)
        case .factKeptPastStamp, .factKeptPastVersion, .factKeptPastWindow, .factNeverChecked:
            return FlawedSession(inner.session(consistently: consistently), flaw)
        default: return consistently ? inner.session(consistently: true) : PlainSession(self)
        }
    }

    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        let row = try await inner.get(key, tenant: kept(tenant))
        return flaw == .bytesRewritten ? row?.rewritten : row
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try await inner.all(value, tenant: kept(tenant), limit: limit)
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        try await inner.holder(of: name, tenant: kept(tenant))
    }

    package func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting? {
        let visibility = flaw == .visibilityIgnored ? .all : visibility
        let found = try await inner.read(key, tenant: kept(tenant), visibility: visibility)
        guard flaw == .bytesRewritten, let found else { return found }
        return Sighting(found.row.rewritten, isVisible: found.isVisible)
    }

    package func read(_ query: Query) async throws -> [ReadRow] { try await query.read(from: inner, with: flaw) }

    package func count(_ query: Query) async throws -> Int {
        if flaw == .countOfPage { return try await inner.read(query).count }
        return try await inner.count(query.with(flaw))
    }

    package func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow] {
        try await inner.rawRows(kind: kind, tenant: kept(tenant), after: id, limit: limit)
    }

    package func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        let events = try await inner.events(tenant: kept(tenant), from: position, limit: limit)
        let gaps = state.withLock { $0.gaps }
        return events.map { event in
            PositionedEvent(
                position: event.position + (flaw == .positionGap ? gaps[event.id] ?? 0 : 0), id: event.id,
                change: event.change, at: event.at, bytes: event.bytes,
                leaf: flaw == .leafChanged ? event.leaf.reversed() : event.leaf)
        }
    }

    // MARK: The commit

    package func commit(_ changes: ChangeSet) async -> CommitOutcome {
        var changes = (try? await changes.with(flaw, on: inner)) ?? changes
        if flaw == .tenantIgnored { changes = changes.moved(to: kept(changes.tenant)) }
        if flaw == .skippedChangeCheck, !state.withLock({ $0.seen.insert(changes.id).inserted }) {
            changes = changes.moved(id: UUIDs.version4(entropy: SystemEntropy()))
        }
        if flaw == .outcomeBeforeCommit { return await owe(changes) }
        let before = inner.session(consistently: true)
        if flaw == .commitSeenLate { _ = try? await before.now() }
        let outcome = await inner.commit(changes)
        switch outcome {
        case .committed:
            state.withLock { state in
                for event in changes.events { state.gaps[event.id] = state.conflicts }
                if flaw == .commitSeenLate { state.late = before }
            }
            return outcome
        case .conflict: return await lose(changes, outcome)
        case .unavailable, .unknown: return outcome
        }
    }

    private func lose(_ changes: ChangeSet, _ outcome: CommitOutcome) async -> CommitOutcome {
        state.withLock { $0.conflicts += 1 }
        switch flaw {
        case .outcomeForLosingCommit: return .committed(at: (try? await inner.now()) ?? Instant(microseconds: 0))
        case .tornCommit:
            var torn = ChangeSet(id: changes.id, tenant: changes.tenant)
            torn.writes = Array(changes.writes.prefix(1))
            _ = await inner.commit(torn)
            return outcome
        default: return outcome
        }
    }

    private func owe(_ changes: ChangeSet) async -> CommitOutcome {
        let owed = state.withLock { state in
            defer { state.owed = changes }
            return state.owed
        }
        if let owed { _ = await inner.commit(owed) }
        return .committed(at: (try? await inner.now()) ?? Instant(microseconds: 0))
    }
}
