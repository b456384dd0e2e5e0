package import EDM

/// An engine around another, which passes on everything that it doesn't change; but not `find`, which would go around an
/// engine that changes what single documents are.
package protocol WrappingEngine: Engine {
    var inner: any Engine { get }
}

extension WrappingEngine {
    package var catalog: Catalog { inner.catalog }
    package func now() async throws -> Instant { try await inner.now() }
    package func setClock(_ instant: Instant) async throws { try await inner.setClock(instant) }
    package func get(_ key: Key, tenant: String) async throws -> StoredRow? { try await inner.get(key, tenant: tenant) }
    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try await inner.all(value, tenant: tenant, limit: limit)
    }
    package func holder(of name: String, tenant: String) async throws -> Key? {
        try await inner.holder(of: name, tenant: tenant)
    }
    package func commit(_ changes: ChangeSet) async -> CommitOutcome { await inner.commit(changes) }
    package func read(_ query: Query) async throws -> [ReadRow] { try await inner.read(query) }
    package func count(_ query: Query) async throws -> Int { try await inner.count(query) }
    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        try await inner.overdue(at: instant, tenant: tenant, kind: kind, limit: limit)
    }
    package func nextSettling() async throws -> Instant? { try await inner.nextSettling() }
    package func tenants() async throws -> [String] { try await inner.tenants() }
    package func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow] {
        try await inner.rawRows(kind: kind, tenant: tenant, after: id, limit: limit)
    }
    package func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent] {
        try await inner.events(tenant: tenant, from: position, limit: limit)
    }
    package func reset(keeping kinds: Set<String>) async throws { try await inner.reset(keeping: kinds) }
    package func saveSnapshot(_ name: String, without kinds: Set<String>) async throws {
        try await inner.saveSnapshot(name, without: kinds)
    }
    package func restoreSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try await inner.restoreSnapshot(name, without: kinds)
    }
    package func deleteSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool {
        try await inner.deleteSnapshot(name, without: kinds)
    }
    package func snapshots() async throws -> [String] { try await inner.snapshots() }
    package func close() async { await inner.close() }
}
