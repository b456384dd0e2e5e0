import Directory
import EDM
import JSON
import MultiAdminApproval
import Storage
import StorageSQLite
import Synchronization
import Testing
import Workflows

/// What a command asks of a store that is far away: a decision's round trips are few, whatever it reads.
@Suite struct RoundTripTests {
    @Test("Filing, approving and completing take few round trips before their commit")
    func decisions() async throws {
        let engine = DistantEngine(try SQLiteEngine.open(.memory, catalog: Workloads.tested.catalog, stamp: .demo))
        let governance = Governance(engine, workloads: .tested)
        try await governance.createDemoTenant()
        let bob = Self.caller("bob"), alice = Self.caller("alice")
        var write = GatedWrite(
            ManagedDevices.one(.wipe), method: "POST", version: "beta",
            entityId: DemoTenant.id("managedDevices/laptop-2"), body: ["a": 1])
        write.contentType = "application/json"
        _ = engine.take()
        guard
            case .approvalRequired(let id) = try await governance.submit(
                write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: alice)
        else {
            Issue.record("wasn't held")
            return
        }
        #expect(engine.take() == ["find"], "filing")
        try await governance.approve(id, justification: nil, source: .unknown, as: bob)
        #expect(engine.take() == ["find", "find"], "approving")
        _ = try await governance.submit(write, approvalCode: id, justification: nil, as: alice)
        #expect(engine.take() == ["find"], "completing")
    }

    private static func caller(_ name: String) -> Caller {
        Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }
}

/// Counts the questions that each would be a round trip.
private final class DistantEngine: WrappingEngine {
    let inner: any Engine
    private let trips = Mutex<[String]>([])

    init(_ inner: any Engine) { self.inner = inner }

    /// The questions since the last call.
    func take() -> [String] { trips.withLock { exchange(&$0, with: []) } }

    func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        trips.withLock { $0.append("get \(key)") }
        return try await inner.get(key, tenant: tenant)
    }

    func all(_ value: IndexValue, tenant: String, limit: Int) async throws -> (stamp: Int64, rows: [StoredRow]) {
        trips.withLock { $0.append("all \(value.index) \(value.value)") }
        return try await inner.all(value, tenant: tenant, limit: limit)
    }

    func holder(of name: String, tenant: String) async throws -> Key? {
        trips.withLock { $0.append("holder \(name)") }
        return try await inner.holder(of: name, tenant: tenant)
    }

    func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings {
        trips.withLock { $0.append("find") }
        var findings = Findings()
        for key in lookups.documents { findings.documents[key] = .some(try await inner.get(key, tenant: tenant)) }
        for value in lookups.guarded {
            findings.guarded[value] = try await inner.all(value, tenant: tenant, limit: limit)
        }
        for name in lookups.names {
            findings.add(holder: try await inner.holder(of: name, tenant: tenant), of: name)
        }
        return findings
    }
}
