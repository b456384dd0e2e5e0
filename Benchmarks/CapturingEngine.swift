internal import EDM
internal import Storage
internal import Synchronization

/// Keeps change sets instead of committing them, so that the same statements can be run later without rules and JSON.
final class CapturingEngine: Engine {
    private let base: any Engine
    private let captured = Mutex<[ChangeSet]>([])

    init(_ base: any Engine) { self.base = base }

    var changes: [ChangeSet] { captured.withLock { $0 } }

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        captured.withLock { $0.append(changes) }
        return .committed(at: Instant(microseconds: 0))
    }

    var catalog: Catalog { base.catalog }
    func now() async throws -> Instant { try await base.now() }
    func setClock(_ instant: Instant) async throws { try await base.setClock(instant) }
    func get(_ key: Key, tenant: String) async throws -> StoredRow? { try await base.get(key, tenant: tenant) }
    func all(_ value: IndexValue, tenant: String, limit: Int) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try await base.all(value, tenant: tenant, limit: limit)
    }
    func holder(of name: String, tenant: String) async throws -> Key? {
        try await base.holder(of: name, tenant: tenant)
    }
    func read(_ query: Query) async throws -> [ReadRow] { try await base.read(query) }
    func count(_ query: Query) async throws -> Int { try await base.count(query) }
    func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        try await base.overdue(at: instant, tenant: tenant, kind: kind, limit: limit)
    }
    func nextSettling() async throws -> Instant? { try await base.nextSettling() }
    func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        try await base.events(tenant: tenant, from: position, limit: limit)
    }
    func reset(keeping kinds: Set<String>) async throws { try await base.reset(keeping: kinds) }
    func close() async { await base.close() }
}
