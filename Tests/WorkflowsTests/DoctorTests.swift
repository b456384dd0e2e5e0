import Directory
import EDM
import JSON
import MultiAdminApproval
@_spi(Decisions) import Storage
import Testing
import Workflows

@testable import StorageSQLite

/// Each invariant's check finds the violation that is planted for it, and nothing on a sound database.
@Suite struct DoctorTests {
    /// The demo tenant with one request in each of some states.
    private struct Patient {
        let engine: SQLiteEngine
        let governance: Governance
        let completed: String

        static func healthy() async throws -> Patient {
            let engine = try SQLiteEngine.open(.memory, catalog: Workloads.tested.catalog, stamp: .demo)
            let governance = Governance(engine, workloads: .tested)
            try await governance.createDemoTenant()
            let bob = caller("bob"), alice = caller("alice")
            var write = GatedWrite(
                ManagedDevices.one(.wipe), method: "POST", version: "beta",
                entityId: DemoTenant.id("managedDevices/laptop-2"),
                body: ["a": 1])
            write.contentType = "application/json"
            guard
                case .approvalRequired(let id) = try await governance.submit(
                    write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: alice)
            else { throw Invalid(reason: "wasn't held") }
            try await governance.approve(id, justification: nil, source: .unknown, as: bob)
            _ = try await governance.submit(write, approvalCode: id, justification: nil, as: alice)
            return Patient(engine: engine, governance: governance, completed: id)
        }

        static func caller(_ name: String) -> Caller {
            Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
        }

        /// Commits a change behind the rules' back, with an unrelated event.
        func plant(_ body: (inout UnitOfWork) async throws -> Void) async throws {
            try await governance.store.decide(in: DemoTenant.tenant) { unit in
                try await body(&unit)
                try unit.record(Self.event("test.planted", nil))
            }
        }

        static func event(_ type: String, _ subject: Key?, facts: JSONObject = JSONObject()) -> Event {
            Event(
                type, subject: subject, actor: "user:x", facts: facts,
                audit: ["activityDisplayName": "x", "category": "x", "loggedByService": "x", "result": "success"])
        }

        func request(_ id: String, in unit: inout UnitOfWork) async throws -> Stored<OperationApprovalRequest> {
            try #require(try await unit.get(Kinds.operationApprovalRequests, id))
        }

        /// The invariants that are found broken.
        func broken() async throws -> Set<String> {
            Set(try await governance.doctor(deep: true).filter { !$0.isFine }.map(\.check))
        }
    }

    @Test("A sound database is found sound, and every invariant looked at something")
    func sound() async throws {
        let patient = try await Patient.healthy()
        let erin = Patient.caller("erin")
        try await patient.governance.addMember(
            DemoTenant.id("users/grace"), toGroup: DemoTenant.id("groups/operation-approvers"), as: erin)
        _ = try await patient.governance.breakGlass(
            suspending: DemoTenant.id("operationApprovalPolicies/script"), for: .seconds(60), as: erin.principal.id,
            reason: "Fire", in: DemoTenant.tenant)
        try await patient.governance.closeBreakGlass(
            as: DemoTenant.id("users/bob"), conclusion: "Fine", in: DemoTenant.tenant)
        try await patient.plant { unit in
            try await unit.wake("w", command: Workload.countdown.name, at: unit.now + .hours(1))
        }
        for finding in try await patient.governance.doctor(deep: true) {
            #expect(finding.isFine, "\(finding.check) \(finding.title): \(finding.detail)")
            #expect(finding.detail != "0 examined", "\(finding.check) looked at nothing")
        }
    }

    @Test("An activity that was renamed is found, and never a check that looked at nothing")
    func renamed() async throws {
        let patient = try await Patient.healthy()
        // What a type stood for is found missing besides: the filing, the decision.
        for (old, check) in [("filed", "V9"), ("approved", "V3")] {
            var workload = Workload.multiAdminApproval
            workload.activities = workload.activities.map { activity in
                guard activity.type == "operationApprovalRequest.\(old)" else { return activity }
                return AuditEntry.Activity(
                    "operationApprovalRequest.renamed", activity.displayName, category: activity.category,
                    operation: activity.operationType, tags: activity.tags, alone: activity.alone)
            }
            let workloads = Workloads([.directory, .deviceManagement, workload, .planted])
            let broken = try await Governance(patient.engine, workloads: workloads).doctor(deep: true)
                .filter { !$0.isFine }
            #expect(broken.contains { $0.check == "log" && $0.detail.contains("operationApprovalRequest.\(old)") })
            #expect(broken.contains { $0.check == check })
        }
    }

    @Test("A check that looks at nothing, in a log that holds what it is about, is a failure")
    func blind() async throws {
        let patient = try await Patient.healthy()
        var workload = Workload("blind")
        workload.examiners = [
            Examiner("X99", "Decisions are looked at", examines: { $0.tags.contains(.decision) }) { _ in Violations() },
            Examiner("X98", "Nothing is to be looked at", examines: [.planted]) { _ in Violations() },
        ]
        let workloads = Workloads([.directory, .deviceManagement, .multiAdminApproval, .planted, workload])
        let findings = try await Governance(patient.engine, workloads: workloads).doctor(deep: true)
        #expect(findings.filter { !$0.isFine }.map(\.check) == ["X99"])
        #expect(findings.first { $0.check == "X98" }?.detail == "0 examined")
    }

    @Test("V1: a party's decision is found")
    func party() async throws {
        let patient = try await Patient.healthy()
        let key = Key(Kinds.operationApprovalRequests.name, patient.completed)
        try await patient.governance.store.decide(in: DemoTenant.tenant) { unit in
            try unit.record(
                Patient.event(
                    "operationApprovalRequest.approved", key,
                    facts: ["controllers": ["user:x"], "parties": ["user:x": ["filer"]]]))
        }
        #expect(try await patient.broken().isSuperset(of: ["V1", "V3"]))
    }

    @Test("V4 and V18: a status without an event is found, and that it holds no name")
    func status() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            var stored = try await patient.request(DemoTenant.welcome, in: &unit)
            stored.document.status = .completed
            try unit.put(stored)
        }
        let broken = try await patient.broken()
        #expect(broken.contains("V4"))
        #expect(broken.contains("V18"))
    }

    @Test("V5: a decision that was made in time and committed too late is found")
    func late() async throws {
        let patient = try await Patient.healthy()
        let engine = patient.engine
        try await patient.governance.store.decide(in: DemoTenant.tenant) { unit in
            let deadline = try #require(try await patient.request(DemoTenant.welcome, in: &unit).settlesAt)
            try unit.record(
                Patient.event(
                    "operationApprovalRequest.approved", Key(Kinds.operationApprovalRequests.name, DemoTenant.welcome),
                    facts: ["changes": [["status", "needsApproval", "approved"]]]))
            try await engine.setClock(deadline)
        }
        #expect(try await patient.broken().contains("V5"))
    }

    @Test("V25: an event that is dated before its predecessor is found")
    func order() async throws {
        let patient = try await Patient.healthy()
        try await patient.engine.perform { group in
            try group.transaction {
                try $0.run("UPDATE \"directoryAudit\" SET at = at - 3600000000 WHERE position = 3")
            }
        }
        #expect(try await patient.broken() == ["V25"])
    }

    @Test("V14: a stored body that was changed after its approval is found")
    func body() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            var stored = try await patient.request(patient.completed, in: &unit)
            var operation = stored.internals["operation"]?.object ?? JSONObject()
            operation["body"] = ["json": ["a": 2]]
            stored.internals["operation"] = .object(operation)
            try unit.put(stored)
        }
        #expect(try await patient.broken().contains("V14"))
    }

    @Test("V9: what was filed and has changed is found")
    func filed() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            var stored = try await patient.request(patient.completed, in: &unit)
            var operation = stored.internals["operation"]?.object ?? JSONObject()
            operation["rawQuery"] = "force=true"
            stored.internals["operation"] = .object(operation)
            try unit.put(stored)
        }
        #expect(try await patient.broken() == ["V9"])
    }

    @Test("V18: a name that an ended request holds is found, and a missing one")
    func names() async throws {
        let patient = try await Patient.healthy()
        let prefix = "operationApprovalRequest/managedDevice/"
        try await patient.plant { unit in
            unit.take(
                prefix + DemoTenant.id("managedDevices/laptop-2"),
                for: Key(Kinds.operationApprovalRequests.name, patient.completed))
        }
        #expect(try await patient.broken() == ["V18"])
        let other = try await Patient.healthy()
        try await other.plant { unit in
            unit.release(
                prefix + DemoTenant.laptop1, from: Key(Kinds.operationApprovalRequests.name, DemoTenant.welcome))
        }
        #expect(try await other.broken() == ["V18"])
    }

    @Test("V19: a timer that isn't at the deadline is found")
    func timer() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            var stored = try await patient.request(DemoTenant.welcome, in: &unit)
            stored.settlesAt = nil
            try unit.put(stored)
        }
        #expect(try await patient.broken() == ["V19"])
    }

    @Test("V20 and V21: a column that differs from its document is found, and a version without an event")
    func columns() async throws {
        let patient = try await Patient.healthy()
        let key = Key(Kinds.managedDevices.name, DemoTenant.laptop1)
        let row = try #require(try await patient.engine.get(key, tenant: DemoTenant.tenant))
        var changes = ChangeSet(
            id: UUIDs.version7(at: try await patient.engine.now(), entropy: SystemEntropy()), tenant: DemoTenant.tenant)
        changes.reads.documents[key] = .some(row.version)
        changes.writes = [
            ChangeSet.Write(
                key: key, replacing: row.version,
                row: ChangeSet.Row(
                    document: row.document, internals: row.internals, settlesAt: nil, columns: [.text("another name")]),
                entriesAdded: [], entriesRemoved: [])
        ]
        guard case .committed = await patient.engine.commit(changes) else { throw Invalid(reason: "wasn't committed") }
        #expect(try await patient.broken() == ["V20", "V21"])
    }

    @Test("V27 and V31: an open bootstrap is found, and an edge that leads nowhere")
    func tenant() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            var tenant = try #require(try await unit.get(Kinds.tenants, DemoTenant.tenant))
            tenant.document.bootstrapClosedAt = nil
            try unit.put(tenant)
            let now = unit.now
            try unit.put(
                Stored(
                    Kinds.edges, id: "stray",
                    try Document {
                        $0.id = "stray"
                        $0.relation = .member
                        $0.toId = "nowhere"
                        $0.fromId = DemoTenant.id("users/alice")
                        $0.fromKind = .user
                        $0.writtenBy = "system"
                        $0.writtenAt = now
                    }))
        }
        #expect(try await patient.broken() == ["V27", "V31"])
    }

    @Test("V2: a decision without a path, with one that doesn't lead, and by a late edge are found")
    func paths() async throws {
        let group = DemoTenant.id("groups/operation-approvers"), bob = "user:\(DemoTenant.id("users/bob"))"
        func path(from: String, writtenBy: String, at: String) -> JSONValue {
            [
                "set": ["set": "members", "group": .string(group)],
                "edges": [
                    [
                        "relation": "member", "from": .string(from), "to": .string("group:\(group)"),
                        "writtenBy": .string(writtenBy), "writtenAt": .string(at), "endsAt": nil,
                    ]
                ],
            ]
        }
        let early = "2020-01-01T00:00:00.000000Z", late = "2099-01-01T00:00:00.000000Z"
        let planted: [(JSONValue, Bool)] = [
            ([path(from: bob, writtenBy: "system", at: early)], true),
            ([path(from: bob, writtenBy: "system", at: late)], true),
            ([], false), ([path(from: "user:x", writtenBy: "system", at: early)], false),
            ([path(from: bob, writtenBy: bob, at: late)], false),
        ]
        for (paths, isSound) in planted {
            let patient = try await Patient.healthy()
            let key = Key(Kinds.operationApprovalRequests.name, DemoTenant.welcome)
            try await patient.governance.store.decide(in: DemoTenant.tenant) { unit in
                try unit.record(
                    Event(
                        "operationApprovalRequest.approvalCancelled", subject: key, actor: bob,
                        facts: ["paths": paths, "controllers": [.string(bob)]],
                        audit: [
                            "activityDisplayName": "x", "category": "x", "loggedByService": "x", "result": "success",
                        ]))
            }
            #expect(try await patient.broken().contains("V2") == !isSound, "\(paths.text)")
        }
    }

    @Test("V26: a policy that was changed behind the rules' back is found, and two that overlap")
    func policies() async throws {
        let patient = try await Patient.healthy()
        try await patient.plant { unit in
            let id = DemoTenant.id("operationApprovalPolicies/script")
            var policy = try #require(try await unit.get(Kinds.operationApprovalPolicies, id))
            policy.document.policyType = .app
            try unit.put(policy)
        }
        #expect(try await patient.broken().contains("V26"))
    }

    @Test("R10 and V28: an open break-glass is a finding, and one that nobody was told of")
    func breakGlass() async throws {
        let patient = try await Patient.healthy()
        let (erin, bob) = (DemoTenant.id("users/erin"), DemoTenant.id("users/bob"))
        try await patient.governance.breakGlass(
            approving: DemoTenant.welcome, as: erin, reason: "Fire", in: DemoTenant.tenant)
        #expect(try await patient.broken() == ["R10"])
        try await patient.governance.closeBreakGlass(as: bob, conclusion: "Fine", in: DemoTenant.tenant)
        #expect(try await patient.broken() == [])
        try await patient.governance.store.decide(in: DemoTenant.tenant) { unit in
            try unit.record(Patient.event("breakGlass", nil, facts: ["breakGlass": "none"]))
        }
        #expect(try await patient.broken() == ["V28"])
    }

    @Test("R11: a policy whose groups have nobody left is a finding")
    func closed() async throws {
        let patient = try await Patient.healthy()
        let group = DemoTenant.id("groups/operation-approvers")
        try await patient.plant { unit in
            for edge in try await unit.all(Kinds.edgesTo, of: Kinds.edges, "member:\(group)") { unit.delete(edge) }
        }
        let finding = try #require(try await patient.governance.doctor(deep: false).first { $0.check == "R11" })
        #expect(!finding.isFine)
        #expect(finding.detail.contains("'Script'"))
    }

    @Test("V29: a change of an approver group by somebody without the role is found")
    func protected() async throws {
        let patient = try await Patient.healthy()
        try await patient.governance.store.decide(in: DemoTenant.tenant) { unit in
            try unit.record(Patient.event("protectedObjectChanged", nil, facts: ["roles": ["none"]]))
        }
        #expect(try await patient.broken() == ["V29"])
    }

    @Test("V33: what one person can do alone is listed with its uses")
    func alone() async throws {
        let patient = try await Patient.healthy()
        let group = DemoTenant.id("groups/operation-approvers")
        try await patient.governance.addMember(
            DemoTenant.id("users/grace"), toGroup: group, as: Patient.caller("erin"))
        let finding = try #require(
            try await patient.governance.doctor(deep: true).first { $0.check == "V33" })
        #expect(finding.isFine)
        #expect(finding.detail.contains("members of approver groups: 1"))
        #expect(finding.detail.contains("break-glass: 0"))
    }

    @Test("V34: a leaf that isn't the hash of its event is found")
    func leaf() async throws {
        let patient = try await Patient.healthy()
        let log = try await patient.engine.events(tenant: DemoTenant.tenant, from: 0, limit: 1)
        let first = try #require(log.first)
        let id = UUIDs.version7(at: try await patient.engine.now(), entropy: SystemEntropy())
        var changes = ChangeSet(id: id, tenant: DemoTenant.tenant)
        let document: JSONObject = [
            "id": .string(id), "activityDateTime": .string(first.at.description), "activityDisplayName": "x",
            "category": "x", "loggedByService": "x", "result": "success",
        ]
        changes.events = [
            StoredEvent(
                id: id,
                row: ChangeSet.Row(
                    document: document.bytes, internals: JSONObject().bytes, settlesAt: nil,
                    columns: Kinds.directoryAudits.columns.map { $0.value(in: document) }),
                bytes: first.bytes, leaf: Array(repeating: 7, count: 32))
        ]
        guard case .committed = await patient.engine.commit(changes) else { throw Invalid(reason: "wasn't committed") }
        #expect(try await patient.broken().contains("V34"))
    }
}
