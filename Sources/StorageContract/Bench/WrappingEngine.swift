internal import EDM
internal import Storage

/// An engine around another, which passes on everything that it doesn't change.
protocol WrappingEngine: Engine {
    var inner: any Engine { get }
}

extension WrappingEngine {
    var catalog: Catalog { inner.catalog }
    func now() async throws -> Instant { try await inner.now() }
    func setClock(_ instant: Instant) async throws { try await inner.setClock(instant) }
    func get(_ key: Key, tenant: String) async throws -> StoredRow? { try await inner.get(key, tenant: tenant) }
    func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try await inner.all(value, tenant: tenant, limit: limit)
    }
    func holder(of name: String, tenant: String) async throws -> Key? { try await inner.holder(of: name, tenant: tenant) }
    func commit(_ changes: ChangeSet) async -> CommitOutcome { await inner.commit(changes) }
    func read(_ query: Query) async throws -> [ReadRow] { try await inner.read(query) }
    func count(_ query: Query) async throws -> Int { try await inner.count(query) }
    func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        try await inner.overdue(at: instant, tenant: tenant, kind: kind, limit: limit)
    }
    func nextSettling() async throws -> Instant? { try await inner.nextSettling() }
    func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        try await inner.events(tenant: tenant, from: position, limit: limit)
    }
    func reset(keeping kinds: Set<String>) async throws { try await inner.reset(keeping: kinds) }
    func close() async { await inner.close() }
}
