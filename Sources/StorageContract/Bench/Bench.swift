internal import EDM
internal import JSON
internal import Storage
internal import Synchronization

/// What a check works with: a database of its own, stores on it, and short ways to look at all of it.
final class Bench: Sendable {
    let engine: any Engine
    let entropy = SeededEntropy(seed: 20_261_120)
    private let database: TestDatabase
    private let attached = Mutex<[any Engine]>([])

    init(_ database: TestDatabase) {
        self.database = database
        engine = database.engine
    }

    /// Closes every engine and removes the database.
    func end() async {
        for engine in attached.withLock({ $0 }) { await engine.close() }
        await engine.close()
        await database.remove()
    }

    static let tenant = "11111111-1111-4111-8111-111111111111"
    static let otherTenant = "22222222-2222-4222-8222-222222222222"

    func store(_ settlers: [String: Store.Settler] = [:], on engine: (any Engine)? = nil) -> Store {
        Store(engine ?? self.engine, entropy: entropy, settlers: settlers)
    }

    /// Another node on the same data; the same one where only one can have it.
    func anotherNode() async throws -> any Engine { try await opened(database.node) ?? engine }

    /// Another reader of the same data; the same engine where only one can have it.
    func anotherReader() async throws -> any Engine { try await opened(database.reader) ?? engine }

    /// The same data after a stop and a start; nil where it doesn't outlive its engine.
    func restarted(_ catalog: Catalog = Samples.catalog) async throws -> Bench? {
        guard let reopen = database.reopen else { return nil }
        await engine.close()
        return try await opened({ try await reopen(catalog) }).map { Bench(TestDatabase($0, reopen: reopen)) }
    }

    private func opened(_ open: TestDatabase.Opening?) async throws -> (any Engine)? {
        guard let engine = try await open?() else { return nil }
        attached.withLock { $0.append(engine) }
        return engine
    }

    // MARK: Short ways

    /// Runs a command on the bare engine.
    @discardableResult
    func decide<Result>(
        in tenant: String = tenant, _ command: (inout UnitOfWork) async throws -> Result
    ) async throws -> Result {
        try await store().decide(in: tenant, command)
    }

    /// A document as a command reads it.
    func item(_ kind: Kind<Item>, _ id: String, in tenant: String = tenant) async throws -> Stored<Item>? {
        try await decide(in: tenant) { try await $0.get(kind, id) }
    }

    /// The change set that a command makes, not committed.
    func changeSet(
        in tenant: String = tenant, _ command: (inout UnitOfWork) async throws -> Void
    ) async throws -> ChangeSet {
        let capture = CapturingEngine(engine)
        do { try await store(on: capture).decide(in: tenant, command) } catch StorageError.unavailable {}
        guard let changes = capture.captured else {
            throw ContractViolation("Expected: the command changes something.")
        }
        return changes
    }

    /// Runs a command, and on its first run, between what it reads and its commit, a rival to its end.
    /// - Returns: the command's result and how often it ran.
    func race<Result>(
        _ command: (inout UnitOfWork) async throws -> Result, against rival: () async throws -> Void
    ) async throws -> (result: Result, runs: Int) {
        var runs = 0
        let result = try await decide { unit in
            runs += 1
            let result = try await command(&unit)
            if runs == 1 { try await rival() }
            return result
        }
        return (result, runs)
    }

    /// Moves the store's clock.
    @discardableResult
    func advance(by duration: Duration) async throws -> Instant {
        let instant = try await engine.now() + duration
        try await engine.setClock(instant)
        return instant
    }
}
