internal import Composition
internal import Directory
internal import JSON
internal import MultiAdminApproval
internal import Storage
internal import Synchronization
internal import Workflows

/// Requests of alice to create scripts, which lock nothing, so that there can be any number.
struct Filling {
    let governance: Governance

    init(engine: any Engine) { governance = Governance(engine, workloads: Registration.workloads) }

    static func caller(_ name: String) -> Caller {
        Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }

    /// - Returns: the ids of a sample, evenly spread.
    func run(count: Int, sample: Int) async throws -> [String] {
        if try await governance.tenants().isEmpty { try await governance.createDemoTenant() }
        let step = max(1, count / sample)
        let ids = Ids(count: (count + step - 1) / step)
        _ = try await measure(count, clients: 16) { index in
            let id = try await file(index)
            if index.isMultiple(of: step) { ids.set(index / step, id) }
        }
        return ids.all
    }

    private func write(_ index: Int) -> GatedWrite {
        var write = GatedWrite(
            GatedCollection.deviceManagementScripts.create, method: "POST", version: "beta", entityId: nil,
            body: ["displayName": .string("Script \(index)"), "scriptContent": "ZWNobyBoZWxsbw=="])
        write.contentType = "application/json"
        return write
    }

    /// Sends the call again with its code.
    func complete(_ index: Int, _ id: String) async throws {
        let outcome = try await governance.submit(
            write(index), approvalCode: id, justification: nil, as: Self.caller("alice"))
        guard case .done = outcome else { throw NotHeld() }
    }

    func file(_ index: Int) async throws -> String {
        let outcome = try await governance.submit(
            write(index), approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: Self.caller("alice"))
        guard case .approvalRequired(let id) = outcome else { throw NotHeld() }
        return id
    }

    static func approve(_ id: String, _ governance: Governance) async throws {
        try await governance.approve(id, justification: "ok", source: .adminConsole, as: caller("bob"))
    }

    struct NotHeld: Error {}
}

/// Ids by their number, filled in from several tasks.
final class Ids: Sendable {
    private let values: Mutex<[String]>

    init(count: Int) { values = Mutex(Array(repeating: "", count: count)) }

    func set(_ index: Int, _ id: String) { values.withLock { $0[index] = id } }
    var all: [String] { values.withLock { $0 } }
}
