import Composition
import Directory
import EDM
import GraphAPI
import JSON
import Storage
import StorageMemory
import Synchronization
import Testing
import ToyWorkload
import Workflows

/// The help desk beside everything else: served, seeded, settled, examined, explained and put into history by its
/// registration alone.
@Suite("A workload moves in by registration") struct HelpDeskTests {
    private final class Clock: Sendable {
        private let value = Mutex(Instant(microseconds: 1_800_000_000_000_000))
        var now: Instant { value.withLock { $0 } }
        func advance(by duration: Duration) { value.withLock { $0 = $0 + duration } }
    }

    private static let registrations = Registration.all + [Registration(.helpDesk, .helpDesk)]
    private let clock: Clock
    private let governance: Governance
    private let service: GraphService
    private let desk = "/beta/helpDesk"

    init() async throws {
        let clock = Clock()
        let workloads = Self.registrations.workloads
        let governance = Governance(
            MemoryEngine(catalog: workloads.catalog, clock: { clock.now }), workloads: workloads)
        try await governance.createDemoTenant()
        self.clock = clock
        self.governance = governance
        service = GraphService(governance, try Self.registrations.model(), publicURL: "http://127.0.0.1:8080")
    }

    private struct Answer {
        let status: Int
        let headers: GraphHeaders
        let json: JSONValue?
        subscript(path: String...) -> JSONValue? { json?[path: path] }
        var ids: [String] { self["value"]?.array?.compactMap { $0[path: ["id"]]?.string } ?? [] }
        var code: String? { self["error", "code"]?.string }
    }

    private func call(
        _ name: String, _ method: String, _ path: String, _ body: JSONValue? = nil,
        headers: [(name: String, value: String)] = []
    ) async -> Answer {
        let type: [(name: String, value: String)] = body == nil ? [] : [("Content-Type", "application/json")]
        let request = GraphRequest(
            method, path, headers: GraphHeaders(headers + type), body: body?.bytes ?? [],
            requestID: UUIDs.version4(entropy: SystemEntropy()))
        let caller = Caller(
            tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")),
            permissions: Set(DemoTenant.scopes))
        let response = await service.respond(to: request, as: caller)
        return Answer(
            status: response.status, headers: response.headers, json: try? JSONReader.read(response.body))
    }

    private func file(_ title: String = "A mouse") async throws -> String {
        let answer = await call(
            "dave", "POST", "\(desk)/tickets", ["title": .string(title), "queueId": .string(HelpDesk.hardware)])
        try #require(answer.status == 201, "\(String(describing: answer.json))")
        return try #require(answer["id"]?.string)
    }

    // MARK: Plain entities

    @Test("A plain entity costs a declaration and a hook: create, read, update, delete, with v1.0's names")
    func plain() async throws {
        let group = DemoTenant.id("groups/role-approvers")
        let created = await call(
            "erin", "POST", "\(desk)/queues",
            [
                "displayName": "Software", "approverGroupId": .string(group), "id": "mine",
                "createdDateTime": "2001-01-01T00:00:00Z",
            ])
        #expect(created.status == 201, "\(String(describing: created.json))")
        let id = try #require(created["id"]?.string)
        #expect(id != "mine")
        #expect(created["createdDateTime"] == clock.now.json)
        #expect(created["isOpen"] == .null)
        #expect(created.headers["Location"] == "http://127.0.0.1:8080/beta/helpDesk/queues/\(id)")
        let v1 = await call("erin", "GET", "/v1.0/helpDesk/queues/\(id)?$select=name")
        #expect(v1["name"] == "Software")
        #expect(v1["displayName"] == nil)
        #expect(v1["@odata.context"]?.string?.hasSuffix("#helpDesk/queues(name)/$entity") == true)
        let named = await call("erin", "GET", "\(desk)/queues(displayName='Software')")
        #expect(named["id"] == .string(id))
        let changed = await call("erin", "PATCH", "/v1.0/helpDesk/queues/\(id)", ["name": "Programs", "isOpen": false])
        #expect(changed.status == 200)
        #expect(changed["name"] == "Programs")
        let minimal = await call(
            "erin", "PATCH", "\(desk)/queues/\(id)", ["isOpen": true], headers: [("Prefer", "return=minimal")])
        #expect(minimal.status == 204)
        #expect(minimal.headers["Preference-Applied"] == "return=minimal")
        #expect(await call("erin", "GET", "\(desk)/queues/\(id)")["displayName"] == "Programs")
        #expect(await call("erin", "DELETE", "\(desk)/queues/\(id)").status == 204)
        #expect(await call("erin", "GET", "\(desk)/queues/\(id)").status == 404)
        for (body, path) in [
            (["displayName": "X"], "approverGroupId"),
            (["displayName": "", "approverGroupId": .string(group)], "displayName"),
            (["displayName": "X", "approverGroupId": "nobody"], "approverGroupId"),
            (["displayName": "X", "DISPLAYNAME": "Y", "approverGroupId": .string(group)], "DISPLAYNAME"),
        ] as [(JSONValue, String)] {
            let refused = await call("erin", "POST", "\(desk)/queues", body)
            #expect(refused.status == 400)
            #expect(refused["error", "message"]?.string?.contains("'\(path)'") == true)
        }
    }

    @Test("What something stands on isn't deleted")
    func footing() async throws {
        let refused = await call("erin", "DELETE", "\(desk)/queues/\(HelpDesk.hardware)")
        #expect(refused.status == 409)
        #expect(refused["error", "message"]?.string?.contains("ticket/") == true)
    }

    @Test("A contained entity lives in what contains it and nowhere else")
    func contained() async throws {
        let labels = "\(desk)/queues/\(HelpDesk.hardware)/labels"
        let created = await call("erin", "POST", labels, ["displayName": "Urgent"])
        #expect(created.status == 201, "\(String(describing: created.json))")
        let id = try #require(created["id"]?.string)
        #expect(created["queueId"] == .string(HelpDesk.hardware))
        #expect(
            created.headers["Location"]
                == "http://127.0.0.1:8080/beta/helpDesk/queues('\(HelpDesk.hardware)')/labels/\(id)")
        #expect(await call("erin", "GET", labels).ids == [id])
        #expect(await call("erin", "GET", "\(labels)/\(id)")["displayName"] == "Urgent")
        #expect(await call("erin", "GET", "\(desk)/queues('\(HelpDesk.hardware)')/labels('\(id)')").status == 200)
        #expect(await call("erin", "GET", "\(desk)/queues/other/labels").status == 404)
        #expect(await call("erin", "GET", "\(desk)/queues/other/labels/\(id)").status == 404)
        #expect(await call("erin", "POST", "\(desk)/queues/other/labels", ["displayName": "X"]).status == 404)
        #expect(await call("erin", "DELETE", "\(desk)/queues/other/labels/\(id)").status == 404)
        #expect(await call("erin", "PATCH", "\(labels)/\(id)", ["displayName": "Soon"])["displayName"] == "Soon")
        #expect(await call("erin", "DELETE", "\(labels)/\(id)").status == 204)
        #expect(await call("erin", "GET", labels).ids == [])
    }

    @Test("A singleton is read and changed without a key")
    func singleton() async throws {
        #expect(await call("erin", "GET", "\(desk)/settings")["greeting"] == "How can we help?")
        #expect(await call("erin", "PATCH", "\(desk)/settings", ["greeting": "Hello"]).status == 200)
        #expect(await call("erin", "GET", "/v1.0/helpDesk/settings")["greeting"] == "Hello")
        #expect(await call("erin", "DELETE", "\(desk)/settings").status == 405)
    }

    // MARK: Requests

    @Test("Version 1.0 has names of its own for the set, the state and what it leaves out; a relation is expanded")
    func versions() async throws {
        let id = try await file()
        let beta = await call("dave", "GET", "\(desk)/tickets/\(id)?$expand=queue($select=displayName)")
        #expect(beta["ticketState"] == "waiting")
        #expect(beta["queue", "displayName"] == "Hardware")
        #expect(beta["expirationDateTime"] != nil)
        let v1 = await call("dave", "GET", "/v1.0/helpDesk/supportTickets/\(id)?expand=queue")
        #expect(v1["state"] == "waiting")
        #expect(v1["ticketState"] == nil)
        #expect(v1["expirationDateTime"] == nil)
        #expect(v1["queue", "name"] == "Hardware")
        #expect(await call("dave", "GET", "/v1.0/helpDesk/tickets/\(id)").status == 400)
        #expect(await call("dave", "GET", "\(desk)/tickets/\(id)/queue")["displayName"] == "Hardware")
        #expect(await call("dave", "GET", "\(desk)/tickets?$filter=ticketState eq 'waiting'").ids.contains(id))
    }

    @Test("A function takes a member of an enumeration in any case, and nothing else")
    func function() async throws {
        let id = try await file()
        for path in [
            "filterByCurrentUser(on='requestor')", "filterByCurrentUser(on='Requestor')",
            "filterByCurrentUser(on=@on)?@on='requestor'",
        ] {
            #expect(await call("dave", "GET", "\(desk)/tickets/\(path)").ids.contains(id), "\(path)")
        }
        #expect(await call("bob", "GET", "\(desk)/tickets/filterByCurrentUser(on='requestor')").ids == [])
        #expect(await call("bob", "GET", "\(desk)/tickets/filterByCurrentUser(on='approver')").ids.contains(id))
        for path in [
            "filterByCurrentUser(on='nobody')", "filterByCurrentUser()", "filterByCurrentUser(on='requestor',x=1)",
        ] {
            #expect(await call("dave", "GET", "\(desk)/tickets/\(path)").status == 400, "\(path)")
        }
    }

    @Test("A request is decided once, by somebody else, whom its queue's group names")
    func decisions() async throws {
        let id = try await file()
        #expect(await call("frank", "POST", "\(desk)/tickets/\(id)/grant", [:]).status == 403)
        #expect(await call("alice", "POST", "\(desk)/tickets/\(id)/grant", [:]).status == 403)
        #expect(await call("grace", "POST", "\(desk)/tickets/\(id)/grant", [:]).status == 404)
        #expect(await call("bob", "POST", "\(desk)/tickets/\(id)/grant", ["justification": "Fine"]).status == 204)
        #expect(await call("carol", "POST", "\(desk)/tickets/\(id)/deny", [:]).status == 409)
        #expect(await call("dave", "GET", "\(desk)/tickets/\(id)")["ticketState"] == "granted")
        #expect(await call("dave", "PATCH", "\(desk)/tickets/\(id)", [:]).status == 405)
        let own = await call(
            "bob", "POST", "\(desk)/tickets", ["title": "Mine", "queueId": .string(HelpDesk.hardware)])
        let mine = try #require(own["id"]?.string)
        #expect(await call("bob", "POST", "\(desk)/tickets/\(mine)/grant", [:]).status == 403)
    }

    @Test("A refusal by its rule has the workload's own code and stands in the log")
    func rule() async throws {
        #expect(await call("erin", "PATCH", "\(desk)/queues/\(HelpDesk.hardware)", ["isOpen": false]).status == 200)
        let refused = await call(
            "dave", "POST", "\(desk)/tickets", ["title": "X", "queueId": .string(HelpDesk.hardware)])
        #expect((refused.status, refused.code) == (400, "QueueClosed"))
        let log = await call("erin", "GET", "/beta/auditLogs/directoryAudits?$filter=result eq 'failure'")
        #expect(log["value"]?.array?.first?[path: ["activityDisplayName"]] == "File ticket")
    }

    @Test("Time ends a request, then takes it from view into history, and wakes work")
    func time() async throws {
        let id = try await file()
        clock.advance(by: .hours(24))
        #expect(await call("dave", "GET", "\(desk)/tickets/\(id)")["ticketState"] == "expired")
        clock.advance(by: .days(7))
        #expect(await call("dave", "GET", "\(desk)/tickets/\(id)").status == 404)
        #expect(await call("dave", "GET", "/countersign/v1/history/\(id)")["ticketState"] == "expired")
        let created = await call(
            "erin", "POST", "\(desk)/queues",
            ["displayName": "Q", "approverGroupId": .string(DemoTenant.id("groups/role-approvers"))])
        #expect(created.status == 201)
        clock.advance(by: .days(1))
        try await governance.store.settleOverdue(limit: .max)
        let reminded = await call(
            "erin", "GET", "/beta/auditLogs/directoryAudits?$filter=activityDisplayName eq 'Remind of queue'")
        #expect(reminded.ids.count == 1)
    }

    @Test("Requests of every kind stand in one list, the newest first, each with the calls that decide it; pages go on")
    func requests() async throws {
        clock.advance(by: .seconds(1))
        let id = try await file()
        let all = await call("frank", "GET", "/countersign/v1/requests?$count=true")
        #expect(all["@odata.count"] == 3)
        let kinds = all["value"]?.array?.map { $0[path: ["@countersign.kind"]]?.string }
        #expect(kinds?.first == "ticket")
        #expect(Set(kinds ?? []) == ["ticket", "operationApprovalRequest"])
        #expect(
            all["value"]?.array?.first?[path: ["@countersign.actions", "approve", "path"]]
                == .string("/beta/helpDesk/tickets/\(id)/grant"))
        var pages: [String] = []
        var next: String? = "/countersign/v1/requests?$top=1"
        while let target = next {
            let page = await call("frank", "GET", target)
            pages += page.ids
            next = page["@odata.nextLink"]?.string.map { String($0.dropFirst("http://127.0.0.1:8080".count)) }
        }
        #expect(pages == all.ids)
        #expect(await call("frank", "GET", "/countersign/v1/requests?$filter=ticketState eq 'waiting'").ids.count == 2)
        #expect(await call("frank", "GET", "/countersign/v1/requests?$filter=nothing eq 'x'").status == 400)
        let explained = await call("dave", "GET", "/countersign/v1/requests/\(id)/explain")
        #expect(explained["approvers"]?.array?.count == 2)
        #expect(explained["title"] == "A mouse")
        #expect(await call("grace", "GET", "/countersign/v1/requests/\(id)/explain").status == 404)
    }

    // MARK: The house

    @Test("The group of a queue is protected, and nobody leaves it empty")
    func protection() async throws {
        let (group, dave) = (DemoTenant.id("groups/role-approvers"), DemoTenant.id("users/dave"))
        let link: JSONValue = ["@odata.id": .string("users/\(dave)")]
        #expect(await call("alice", "POST", "/beta/groups/\(group)/members/$ref", link).status == 204)
        let queue: JSONValue = ["displayName": "Roles", "approverGroupId": .string(group)]
        #expect(await call("erin", "POST", "\(desk)/queues", queue).status == 201)
        #expect(await call("alice", "DELETE", "/beta/groups/\(group)/members/\(dave)/$ref").status == 403)
        #expect(await call("erin", "DELETE", "/beta/groups/\(group)/members/\(dave)/$ref").status == 204)
    }

    @Test("Doctor examines the desk's requests with everybody's, and the desk's own")
    func doctor() async throws {
        let id = try await file()
        #expect(await call("bob", "POST", "\(desk)/tickets/\(id)/grant", [:]).status == 204)
        let findings = try await governance.doctor(deep: true)
        #expect(findings.filter { !$0.isFine } == [])
        #expect(findings.contains { $0.check == "desk" && $0.detail.hasPrefix("2 examined") })
        let parties = try #require(findings.first { $0.check == "V1" })
        #expect(parties.detail.hasPrefix("2 examined"), "\(parties)")
    }

    @Test("Its settings and seeds are the emulator's too")
    func emulator() async throws {
        try governance.changeSettings(["helpDesk": ["ticketLifetime": "PT1H"]])
        let id = try await file()
        let ticket = await call("dave", "GET", "\(desk)/tickets/\(id)")
        #expect(ticket["expirationDateTime"] == (clock.now + .hours(1)).json)
        let ids = try await governance.seed(
            [
                "queues": [
                    ["displayName": "Seeded", "approverGroupId": .string(DemoTenant.id("groups/role-approvers"))]
                ]
            ], in: DemoTenant.tenant)
        let seeded = try #require(ids["queues"]?.array?.first?.string)
        #expect(await call("erin", "GET", "\(desk)/queues/\(seeded)")["isOpen"] == true)
    }
}
