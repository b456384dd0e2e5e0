package import EDM

/// An engine around another, which passes on everything that it doesn't change; but not `find`, which would go around an
/// engine that changes what single documents are.
package protocol WrappingEngine: Engine, WrappingReading {
    var inner: any Engine { get }
}

extension WrappingEngine {
    package var catalog: Catalog { inner.catalog }
    package func setClock(_ instant: Instant) async throws { try await inner.setClock(instant) }
    package var reading: any Reading { inner }
    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings { Findings() }
    package func session(consistently: Bool) -> any ReadSession {
        consistently ? inner.session(consistently: true) : PlainSession(self)
    }
    package func commit(_ changes: ChangeSet) async -> CommitOutcome { await inner.commit(changes) }
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
