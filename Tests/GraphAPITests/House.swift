import Directory
import EDM
import GraphAPI
import JSON
import Storage
import StorageMemory
import Synchronization
import Testing
import Workflows

/// The demo tenant on the memory engine, with a clock that a test moves.
struct House {
    let governance: Governance
    let service: GraphService
    let clock: Clock

    final class Clock: Sendable {
        private let value = Mutex(Instant(microseconds: 1_800_000_000_000_000))
        var now: Instant { value.withLock { $0 } }
        func advance(by duration: Duration) { value.withLock { $0 = $0 + duration } }
    }

    static func demo(settings: Governance.Settings = Governance.Settings()) async throws -> House {
        let clock = Clock()
        let engine = MemoryEngine(catalog: Workloads.tested.catalog, clock: { clock.now })
        let governance = Governance(engine, workloads: .tested, settings: settings)
        try await governance.createDemoTenant()
        return House(
            governance: governance, service: GraphService(governance, .tested, publicURL: "http://127.0.0.1:8080"),
            clock: clock)
    }

    func caller(_ name: String, scopes: [String] = DemoTenant.scopes) -> Caller {
        name == "automation"
            ? Caller(
                tenant: DemoTenant.tenant,
                principal: Principal(.servicePrincipal, DemoTenant.id("servicePrincipals/automation")),
                permissions: Set(DemoTenant.applicationRoles))
            : Caller(
                tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")),
                permissions: Set(scopes))
    }

    @discardableResult
    func call(
        _ name: String, _ method: String, _ path: String, _ body: JSONValue? = nil,
        headers: GraphHeaders = GraphHeaders(),
        scopes: [String] = DemoTenant.scopes
    ) async -> Answer {
        var headers = headers
        if body != nil, headers["Content-Type"] == nil { headers["Content-Type"] = "application/json" }
        let request = GraphRequest(
            method, path, headers: headers, body: body?.bytes ?? [], requestID: UUIDs.forRequest()
        )
        return Answer(await service.respond(to: request, as: caller(name, scopes: scopes)))
    }

    static let requests = "/beta/deviceManagement/operationApprovalRequests"
    static let laptop2 = "/beta/deviceManagement/managedDevices/\(DemoTenant.id("managedDevices/laptop-2"))"

    /// Files a wipe of laptop-2 and returns the code.
    func file(_ name: String = "alice", _ body: JSONValue? = ["keepUserData": true]) async throws -> String {
        let answer = await call(name, "POST", Self.laptop2 + "/wipe", body, headers: Self.justification)
        try #require(answer.status == 412, "\(answer.text)")
        return try #require(answer.headers["x-msft-approval-code"])
    }

    /// "app only test" in Base64.
    static let justification: GraphHeaders = ["x-msft-approval-justification": "YXBwIG9ubHkgdGVzdA=="]

    func decide(_ name: String, _ action: String, _ id: String) async -> Answer {
        await call(
            name, "POST", "\(Self.requests)/\(id)/\(action)", ["justification": "j", "approvalSource": "adminConsole"])
    }

    func status(_ id: String) async -> String? {
        await call("frank", "GET", "\(Self.requests)/\(id)")["status"]?.string
    }

    /// Writes an edge of the directory as an administrator or a party might have.
    func link(
        _ relation: EdgeRelation, to: String, from: String, _ end: EdgeEnd = .user, writtenBy: String = "system"
    ) async throws {
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            let id = "\(relation.rawValue):\(to):\(from)"
            let now = unit.now
            let document = try Document<DirectoryEdge> {
                $0.id = id
                $0.relation = relation
                $0.toId = to
                $0.fromId = from
                $0.fromKind = end
                $0.writtenBy = writtenBy
                $0.writtenAt = now
            }
            try unit.put(Stored(Kinds.edges, id: id, document))
            try unit.record(Event("test.linked", subject: nil, actor: "system", audit: Self.audit))
        }
    }

    func unlink(_ relation: EdgeRelation, to: String, from: String) async throws {
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            let id = "\(relation.rawValue):\(to):\(from)"
            let stored = try #require(try await unit.get(Kinds.edges, id))
            _ = try await unit.standing(on: stored.key)
            unit.delete(stored)
            try unit.record(Event("test.unlinked", subject: nil, actor: "system", audit: Self.audit))
        }
    }

    func change(_ name: String, _ edit: @Sendable (inout Document<User>) -> Void) async throws {
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            var stored = try #require(try await unit.get(Kinds.users, DemoTenant.id("users/\(name)")))
            edit(&stored.document)
            try unit.put(stored)
            try unit.record(Event("test.changed", subject: nil, actor: "system", audit: Self.audit))
        }
    }

    static let audit: JSONObject = [
        "activityDisplayName": "Test", "category": "Test", "loggedByService": "Test", "result": "success",
    ]
}

/// An answer with its JSON read.
struct Answer {
    let status: Int
    let headers: GraphHeaders
    let text: String
    let json: JSONValue?

    init(_ response: GraphResponse) {
        status = response.status
        headers = response.headers
        text = String(decoding: response.body, as: UTF8.self)
        json = try? JSONReader.read(response.body)
    }

    subscript(path: String...) -> JSONValue? { json?[path: path] }
    var code: String? { self["error", "code"]?.string }
    var message: String { self["error", "message"]?.string ?? "" }
    var values: [JSONValue] { self["value"]?.array ?? [] }
    var ids: [String] { values.compactMap { $0[path: ["id"]]?.string } }
}
