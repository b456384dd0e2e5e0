package import EDM
package import Storage
internal import Synchronization

/// An engine in memory: the promise of `StorageContract` in its plainest form. It is what simulations run on and what the
/// other engines' answers are compared with.
///
/// It is deterministic: the same calls with the same clock and entropy give the same answers.
package final class MemoryEngine: Engine {
    package let catalog: Catalog
    package let stamp: DatabasePurpose
    private let clock: @Sendable () -> Instant
    private let interference: Interference.Source
    private let state: Mutex<MemoryState>

    /// - Parameters:
    ///   - stamp: what the data is for; a production's clock can be moved all the same.
    ///   - clock: the system's clock; `setClock` moves the store's ahead of it.
    ///   - interference: asked before each commit.
    package init(
        catalog: Catalog, stamp: DatabasePurpose = .emulator, clock: @escaping @Sendable () -> Instant,
        interference: @escaping Interference.Source = { _ in nil }
    ) {
        self.catalog = catalog
        self.stamp = stamp
        self.clock = clock
        self.interference = interference
        state = Mutex(MemoryState(catalog: catalog))
    }

    /// The data of another engine as they are now.
    private init(_ state: MemoryState, of engine: MemoryEngine) {
        catalog = engine.catalog
        stamp = engine.stamp
        clock = engine.clock
        interference = { _ in .unavailable("A snapshot can't be changed.") }
        self.state = Mutex(state)
    }

    package func session(consistently: Bool) -> any ReadSession {
        consistently ? MemorySnapshot(self) : PlainSession(self)
    }

    /// An engine that holds the data as they are now and nothing that comes after.
    func copy() throws -> MemoryEngine { MemoryEngine(try open { $0 }, of: self) }

    package func now() async throws -> Instant { try open { $0.now(clock()) } }

    package func setClock(_ instant: Instant) async throws { try open { $0.setClock(instant, clock()) } }

    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        try open { $0[tenant].document(key)?.row }
    }

    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try open { state in
            let rows = state[tenant].rows(under: value)
            guard rows.count <= limit else { throw StorageError.tooMany(value) }
            return (state[tenant].stamps[value] ?? 0, rows)
        }
    }

    package func holder(of name: String, tenant: String) async throws -> Key? {
        try open { $0[tenant].names[Name(name)] }
    }

    package func commit(_ changes: ChangeSet) async -> CommitOutcome {
        switch await interference(changes) {
        case .conflict(let conflict): return .conflict(conflict)
        case .unavailable(let reason): return .unavailable(reason: reason)
        case .unknown(let reason, let applied):
            if applied { _ = attempt(changes) }
            return .unknown(reason: reason)
        case nil: return attempt(changes)
        }
    }

    private func attempt(_ changes: ChangeSet) -> CommitOutcome {
        state.withLock { state in
            state.isClosed ? .unavailable(reason: "The store is closed.") : state.commit(changes, clock())
        }
    }

    package func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting? {
        try open { $0[tenant].document(key)?.sighting(visibility) }
    }

    package func read(_ query: Query) async throws -> [ReadRow] { try open { $0.page(query) } }

    package func count(_ query: Query) async throws -> Int { try open { $0.count(query) } }

    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        try open { $0.overdue(at: instant, tenant: tenant, kind: kind, limit: limit) }
    }

    package func nextSettling() async throws -> Instant? { try open { $0.nextSettling } }

    package func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        try open { Array($0[tenant].log.drop { $0.position < position }.prefix(limit)) }
    }

    package func reset(keeping kinds: Set<String>) async throws { try open { $0.reset(keeping: catalog.kept(kinds)) } }

    package func saveSnapshot(_ name: String, without kinds: Set<String>) async throws {
        try open { $0.saveSnapshot(name, clock()) }
    }

    package func restoreSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try open { $0.restoreSnapshot(name, without: kinds, clock()) }
    }

    package func deleteSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try open { $0.deleteSnapshot(name) }
    }

    package func snapshots() async throws -> [String] { try open { $0.snapshots.keys.sorted() } }

    package func close() async { state.withLock { $0.isClosed = true } }

    func open<Result: Sendable>(
        _ body: (inout sending MemoryState) throws -> sending Result
    ) throws -> Result {
        try state.withLock { state in
            guard !state.isClosed else { throw StorageError.unavailable("The store is closed.") }
            return try body(&state)
        }
    }
}
