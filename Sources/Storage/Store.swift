package import EDM
internal import Synchronization

/// A refusal that is an outcome: it is committed like one, with what it rests on and one event.
package protocol CommittedRefusal: Error {
    /// Nil where an equal refusal is in the log already; what it rests on is checked all the same.
    func event(at now: Instant) -> Event?
}

/// A database with its kinds' settling commands: the only commit in the house.
package struct Store: Sendable {
    /// What a kind's documents do when their time comes. It reads the document, moves it on and records an event; where
    /// nothing is due any more it changes nothing.
    package typealias Settler = @Sendable (inout UnitOfWork, _ id: String) async throws -> Void

    package let engine: any Engine
    let entropy: any Entropy
    private let decoded = DecodedDocuments()
    private let facts = FactCache()
    private let settlers: [String: Settler]
    /// Of the answer that is being made.
    private var session: (any ReadSession)?
    private var used: UsedFacts?

    /// - Parameter settlers: by kind; for kind `work`, the command that dispatches on its name.
    package init(_ engine: any Engine, entropy: any Entropy, settlers: [String: Settler]) {
        self.engine = engine
        self.entropy = entropy
        self.settlers = settlers
    }

    package func now() async throws -> Instant { try await reading.now() }

    private var reading: any Reading { session ?? engine }

    // MARK: Answering

    /// Makes an answer to a reader, all of whose questions are one session: on SQLite one connection and one snapshot, begun
    /// anew after whatever `body` commits. An answer inside another is a part of it.
    ///
    /// It runs again where a fact that it took from the cache turns out to have changed, so it must be a function of what it
    /// reads. Nothing is held when it returns.
    /// - Parameters:
    ///   - consistently: whether everything must be of one state of the data, on engines where that costs something too.
    ///   - body: asks the store that it is given, not this one.
    /// - Throws: whatever `body` throws.
    package func answer<Answer>(
        consistently: Bool = false, _ body: (Store) async throws -> Answer
    ) async throws -> Answer {
        if session != nil { return try await body(self) }
        for _ in 0..<Self.maximumRuns {
            let session = engine.session(consistently: consistently)
            let used = UsedFacts()
            defer { session.end() }
            var store = self
            store.session = session
            store.used = used
            do {
                let result: Swift.Result<Answer, any Error>
                do { result = .success(try await body(store)) } catch { result = .failure(error) }
                try await session.check()
                return try result.get()
            } catch is StaleBasis {
                facts.remove(used.places)
            }
        }
        throw StorageError.contended
    }

    /// The result of a command that only asks, kept for those who ask the same: it is taken again while everything that it
    /// was read from is as it was and its window (`UnitOfWork.stands(until:)`) hasn't passed, and read anew otherwise.
    /// - Parameters:
    ///   - name: which fact it is; with the subject, it says everything that the result depends on besides the data.
    ///   - subject: of whom.
    package func cached<Fact: Sendable>(
        _ name: String, for subject: String, in tenant: String, _ body: (inout UnitOfWork) async throws -> Fact
    ) async throws -> Fact {
        guard let session, let used else {
            return try await answer { try await $0.cached(name, for: subject, in: tenant, body) }
        }
        let place = FactCache.Place(name: name, subject: subject, tenant: tenant)
        if let known = facts[place], let fact = known.fact as? Fact {
            used.add(place)
            session.rest(on: known.basis)
            return fact
        }
        let (fact, reads, window) = try await preview(in: tenant) { unit in
            let fact = try await body(&unit)
            return (fact, unit.basis.reads, unit.basis.window)
        }
        let basis = Basis(tenant: tenant, reads: reads, window: window, generation: session.generation)
        facts.insert(FactCache.Entry(fact: fact, basis: basis), at: place)
        // What the answer asks next must not be newer than what the fact was read from.
        used.add(place)
        session.rest(on: basis)
        return fact
    }

    /// Whether a fact is at hand, so that asking for it costs an answer no question of its own.
    package func knows(_ name: String, for subject: String, in tenant: String) -> Bool {
        facts[FactCache.Place(name: name, subject: subject, tenant: tenant)] != nil
    }

    // MARK: Deciding

    /// Runs a command, commits what it says, and runs it again with a new `now` and new ids on conflict.
    ///
    /// A thrown `CommittedRefusal` is committed as an outcome before it is rethrown; any other error leaves no trace.
    /// - Throws: `StorageError.contended` after ten conflicts, and whatever the command throws.
    package func decide<Result>(
        in tenant: String, _ body: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        try await decide(in: tenant, settling: [], body)
    }

    /// Runs a command and throws its changes away.
    package func preview<Result>(
        in tenant: String, _ body: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        try await run(in: tenant, settling: [], isPreview: true, body)
    }

    static let maximumRuns = 10

    /// - Parameter settling: as a unit of work has it.
    func decide<Result>(
        in tenant: String, settling: Set<Key>?, _ body: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        try await run(in: tenant, settling: settling, isPreview: false, body)
    }

    private func run<Result>(
        in tenant: String, settling: Set<Key>?, isPreview: Bool, _ body: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        let session = session ?? engine.session(consistently: false)
        // That of an answer goes on.
        defer { if self.session == nil { session.end() } }
        var conflicts = 0
        var settled = 0
        while true {
            var unit = UnitOfWork(
                session, catalog: engine.catalog, entropy: entropy, decoded: decoded, tenant: tenant,
                now: try await session.now(), settling: settling)
            var refusal: (any CommittedRefusal)?
            var result: Result?
            do {
                result = try await body(&unit)
            } catch let unsettled as UnitOfWork.Unsettled {
                // Each settling moves a document on, so this ends; the cap is against a settler that doesn't.
                settled += 1
                guard settled <= 256 else { throw StorageError.contended }
                session.end()
                try await settle(unsettled.key, in: tenant, above: settling ?? [])
                continue
            } catch is ConflictWhileReading {
                session.end()
                conflicts += 1
                guard conflicts < Self.maximumRuns else { throw StorageError.contended }
                continue
            } catch let thrown as any CommittedRefusal {
                unit.discardChanges()
                if let event = thrown.event(at: unit.now) { try unit.record(event) }
                refusal = thrown
            }
            let changes = try unit.changeSet()
            if isPreview || changes.events.isEmpty, let result { return result }
            if isPreview, let refusal { throw refusal }
            // Nothing is held while the commit is under way, and what comes after it begins anew.
            session.end()
            switch await engine.commit(changes) {
            case .committed:
                if let refusal { throw refusal }
                if let result { return result }
                preconditionFailure("a committed run has a result or a refusal")
            case .conflict(let conflict):
                conflicts += 1
                guard conflicts < Self.maximumRuns else { throw StorageError.contended }
                if conflict == .locked { try await pause() }
            case .unavailable(let reason): throw StorageError.unavailable(reason)
            case .unknown(let reason): throw StorageError.unknown(reason)
            }
        }
    }

    /// A random pause of up to 10 ms after another commit held a lock.
    private func pause() async throws {
        try await Task.sleep(for: .microseconds(Int64(entropy.bytes(1)[0]) * 40))
    }

    // MARK: Time

    /// Moves on a document whose time has come, in a change set of its own.
    package func settle(_ key: Key, in tenant: String) async throws { try await settle(key, in: tenant, above: []) }

    private func settle(_ key: Key, in tenant: String, above: Set<Key>) async throws {
        guard let settler = settlers[key.kind] else { return }
        try await decide(in: tenant, settling: above.union([key])) { unit in try await settler(&unit, key.id) }
    }

    /// How many overdue documents a read of a collection settles first.
    package static let settledPerRead = 200

    /// Runs what is due, in the order of its instants: all of it, or what a read waits for.
    /// - Returns: how many documents were settled.
    @discardableResult
    package func settleOverdue(tenant: String? = nil, kind: String? = nil, limit: Int) async throws -> Int {
        if let kind, settlers[kind] == nil { return 0 }
        var count = 0
        var broken: Set<Overdue> = []
        while count < limit {
            let overdue = try await reading.overdue(
                at: try await reading.now(), tenant: tenant, kind: kind, limit: min(limit - count, 100) + broken.count)
            let movable = overdue.filter { settlers[$0.key.kind] != nil && !broken.contains($0) }
            guard !movable.isEmpty else { break }
            for due in movable {
                // One document that is out of use must not stop the time of all others.
                do { try await settle(due.key, in: due.tenant) } catch StorageError.corrupt { broken.insert(due) }
            }
            count += movable.count
        }
        return count
    }

    // MARK: Reading

    /// Rows that a reader may see, with nothing in a state that time has ended: what is due for the kind runs first.
    package func read(_ query: Query) async throws -> [ReadRow] {
        try await settleOverdue(tenant: query.tenant, kind: query.kind.name, limit: Self.settledPerRead)
        return try await reading.read(query)
    }

    package func count(_ query: Query) async throws -> Int {
        try await settleOverdue(tenant: query.tenant, kind: query.kind.name, limit: Self.settledPerRead)
        return try await reading.count(query)
    }

    /// One document that a reader may see, by its id; only its own time is looked at.
    package func read(_ kind: any AnyKind, _ id: String, tenant: String, visibility: Visibility) async throws
        -> ReadRow?
    {
        let key = Key(kind.name, id)
        guard let found = try await reading.read(key, tenant: tenant, visibility: visibility) else { return nil }
        // What a reader may not see yet may be for their eyes once its time has come.
        guard settlers[kind.name] != nil, let settlesAt = found.row.settlesAt, settlesAt <= (try await now()) else {
            return found.visible
        }
        session?.end()
        try await settle(key, in: tenant)
        return try await reading.read(key, tenant: tenant, visibility: visibility)?.visible
    }
}

/// The facts that one answer has taken from the cache.
private final class UsedFacts: Sendable {
    private let all = Mutex<[FactCache.Place]>([])

    var places: [FactCache.Place] { all.withLock { $0 } }

    func add(_ place: FactCache.Place) { all.withLock { $0.append(place) } }
}
