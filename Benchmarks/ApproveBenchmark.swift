import Directory
import EDM
import JSON
import MultiAdminApproval
import Storage
import Workflows

/// `approve` end to end in the process, against the same change sets committed by the same engine without rules or JSON.
struct ApproveBenchmark {
    let engine: any Engine
    let perRun: Int

    func run(clients: [Int]) async throws {
        let governance = Governance(engine)
        if try await governance.tenants().isEmpty { try await governance.createDemoTenant() }
        print("clients   approve/s   p50 ms   p99 ms   statements/s   p50 ms   p99 ms   ratio")
        for count in clients {
            let approvals = try await file(governance)
            let bare = try await capture(try await file(governance))
            let bob = Self.caller("bob")
            let approve = try await measure(perRun, clients: count) { index in
                try await governance.approve(approvals[index], justification: "ok", source: .adminConsole, as: bob)
            }
            let statements = try await measure(perRun, clients: count) { [engine] index in
                guard case .committed = await engine.commit(bare[index]) else { throw NotCommitted() }
            }
            print(
                [
                    padded("\(count)", 7), padded(rounded(approve.rate), 12), padded(rounded(approve.median, 2), 9),
                    padded(rounded(approve.p99, 2), 9), padded(rounded(statements.rate), 15),
                    padded(rounded(statements.median, 2), 9), padded(rounded(statements.p99, 2), 9),
                    padded(rounded(approve.rate / statements.rate, 2), 8),
                ].joined())
        }
    }

    struct NotCommitted: Error {}

    private static func caller(_ name: String) -> Caller {
        Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }

    /// New requests, each to create a script: creates lock nothing.
    private func file(_ governance: Governance) async throws -> [String] {
        let alice = Self.caller("alice")
        let ids = Ids(count: perRun)
        _ = try await measure(perRun, clients: 64) { index in
            var write = GatedWrite(
                .createScript, method: "POST", version: "beta", entityId: nil,
                body: ["displayName": .string("Script \(index)"), "scriptContent": "ZWNobyBoZWxsbw=="])
            write.contentType = "application/json"
            let outcome = try await governance.submit(
                write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: alice)
            if case .approvalRequired(let id) = outcome { ids.set(index, id) }
        }
        return ids.all
    }

    /// The change sets of approving some requests, which stay as they are.
    private func capture(_ ids: [String]) async throws -> [ChangeSet] {
        let capturing = CapturingEngine(engine)
        let governance = Governance(capturing)
        for id in ids {
            try await governance.approve(id, justification: "ok", source: .adminConsole, as: Self.caller("bob"))
        }
        return capturing.changes
    }
}
