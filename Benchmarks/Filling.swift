import Directory
import EDM
import JSON
import Storage
import Workflows

/// A database with many requests, for reads among a million.
struct Filling {
    let engine: any Engine

    func run(count: Int) async throws {
        let governance = Governance(engine)
        if try await governance.tenants().isEmpty { try await governance.createDemoTenant() }
        let alice = Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/alice")))
        let result = try await measure(count, clients: 64) { index in
            var write = GatedWrite(
                .createScript, method: "POST", version: "beta", entityId: nil,
                body: ["displayName": .string("Script \(index)"), "scriptContent": "ZWNobyBoZWxsbw=="])
            write.contentType = "application/json"
            _ = try await governance.submit(write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: alice)
        }
        print("filed \(count) requests, \(rounded(result.rate))/s")
    }
}
