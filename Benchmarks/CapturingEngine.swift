internal import EDM
internal import Storage
internal import Synchronization

/// What a command asked of its engine and what it wanted to commit: the same statements can be run again without rules and
/// JSON.
struct CapturedCommand: Sendable {
    enum Load: Sendable {
        case get(Key)
        case all(IndexValue)
        case holder(String)
        case find(Lookups)
    }

    var loads: [Load] = []
    var changes: [ChangeSet] = []

    struct NotCommitted: Error {}

    /// - Parameter commit: what commits the change sets.
    func run(
        on engine: any Engine, tenant: String, commit: (ChangeSet) async -> CommitOutcome
    ) async throws {
        for load in loads {
            switch load {
            case .get(let key): _ = try await engine.get(key, tenant: tenant)
            case .all(let value): _ = try await engine.all(value, tenant: tenant, limit: 256)
            case .holder(let name): _ = try await engine.holder(of: name, tenant: tenant)
            case .find(let lookups): _ = try await engine.find(lookups, tenant: tenant, limit: 256)
            }
        }
        for change in changes {
            guard case .committed = await commit(change) else { throw NotCommitted() }
        }
    }
}

/// Keeps change sets instead of committing them.
final class CapturingEngine: WrappingEngine {
    let inner: any Engine
    private let captured = Mutex(CapturedCommand())

    init(_ inner: any Engine) { self.inner = inner }

    /// What was captured since the last call.
    func take() -> CapturedCommand {
        captured.withLock { captured in
            defer { captured = CapturedCommand() }
            return captured
        }
    }

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        captured.withLock { $0.changes.append(changes) }
        return .committed(at: Instant(microseconds: 0))
    }

    func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        captured.withLock { $0.loads.append(.get(key)) }
        return try await inner.get(key, tenant: tenant)
    }

    func all(_ value: IndexValue, tenant: String, limit: Int) async throws -> (stamp: Int64, rows: [StoredRow]) {
        captured.withLock { $0.loads.append(.all(value)) }
        return try await inner.all(value, tenant: tenant, limit: limit)
    }

    func holder(of name: String, tenant: String) async throws -> Key? {
        captured.withLock { $0.loads.append(.holder(name)) }
        return try await inner.holder(of: name, tenant: tenant)
    }

    func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings {
        captured.withLock { $0.loads.append(.find(lookups)) }
        return try await inner.find(lookups, tenant: tenant, limit: limit)
    }
}
