package import EDM

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
    private let settlers: [String: Settler]

    /// - Parameter settlers: by kind; for kind `work`, the command that dispatches on its name.
    package init(_ engine: any Engine, entropy: any Entropy, settlers: [String: Settler]) {
        self.engine = engine
        self.entropy = entropy
        self.settlers = settlers
    }

    package func now() async throws -> Instant { try await engine.now() }

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
        try await run(in: tenant, settling: [], body, commit: { _ in .committed(at: Instant(microseconds: 0)) })
    }

    static let maximumRuns = 10

    /// - Parameter settling: as a unit of work has it.
    func decide<Result>(
        in tenant: String, settling: Set<Key>?, _ body: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        try await run(in: tenant, settling: settling, body, commit: { await engine.commit($0) })
    }

    private func run<Result>(
        in tenant: String, settling: Set<Key>?, _ body: (inout UnitOfWork) async throws -> Result,
        commit: (ChangeSet) async -> CommitOutcome
    ) async throws -> Result {
        var conflicts = 0
        var settled = 0
        while true {
            var unit = UnitOfWork(
                engine: engine, entropy: entropy, decoded: decoded, tenant: tenant, now: try await engine.now(),
                settling: settling)
            var refusal: (any CommittedRefusal)?
            var result: Result?
            do {
                result = try await body(&unit)
            } catch let unsettled as UnitOfWork.Unsettled {
                // Each settling moves a document on, so this ends; the cap is against a settler that doesn't.
                settled += 1
                guard settled <= 256 else { throw StorageError.contended }
                try await settle(unsettled.key, in: tenant, above: settling ?? [])
                continue
            } catch is ConflictWhileReading {
                conflicts += 1
                guard conflicts < Self.maximumRuns else { throw StorageError.contended }
                continue
            } catch let thrown as any CommittedRefusal {
                unit.discardChanges()
                if let event = thrown.event(at: unit.now) { try unit.record(event) }
                refusal = thrown
            }
            let changes = try unit.changeSet()
            if changes.events.isEmpty, let result { return result }
            switch await commit(changes) {
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
        var count = 0
        var broken: Set<Overdue> = []
        while count < limit {
            let overdue = try await engine.overdue(
                at: try await engine.now(), tenant: tenant, kind: kind, limit: min(limit - count, 100) + broken.count)
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
        return try await engine.read(query)
    }

    package func count(_ query: Query) async throws -> Int {
        try await settleOverdue(tenant: query.tenant, kind: query.kind.name, limit: Self.settledPerRead)
        return try await engine.count(query)
    }

    /// One document that a reader may see, by its id; only its own time is looked at.
    package func read(_ kind: any AnyKind, _ id: String, tenant: String, visibility: Visibility) async throws
        -> ReadRow?
    {
        let query = Query(
            kind, tenant: tenant, visibility: visibility, filter: .compare(.id, .equal, .text(id)), limit: 1)
        let row = try await engine.read(query).first
        let key = Key(kind.name, id)
        guard settlers[kind.name] != nil else { return row }
        // What a reader may not see yet may be for their eyes once its time has come.
        let settlesAt = if let row { row.settlesAt } else { try await engine.get(key, tenant: tenant)?.settlesAt }
        guard let settlesAt, settlesAt <= (try await engine.now()) else { return row }
        try await settle(key, in: tenant)
        return try await engine.read(query).first
    }
}
