import Approvals
import Directory
import EDM
import JSON
@_spi(Decisions) import Storage
import StorageMemory
import Testing
import Workflows

/// What every approval that is a document of its own keeps, whatever it is of.
@Suite struct StoredApprovalTests {
    // MARK: A workload that has such approvals

    enum TicketApprovals: ApprovalRules {
        static let kind = ApprovalDocument.kind("ticketApproval")

        static func inForce(
            _ approval: StoredApproval<TicketApprovals>, in unit: inout UnitOfWork
        ) async throws -> ApproverRequirement? { nil }
    }

    private typealias Loaded = StoredApproval<TicketApprovals>
    private static let missing = Refusal(RefusalCode("ticketNotFound", .notFound), "There is no such ticket.")

    static let workload: Workload = {
        var workload = Workload("tickets")
        workload.kinds = [TicketApprovals.kind]
        workload.activities = [.fileTicket, .decideTicket, .expireTicket]
        workload.settlers = [
            Settler(TicketApprovals.kind) { unit, id, settings in
                guard var loaded = try await Loaded.load(TicketApprovals.kind, id, in: &unit, settings: settings)
                else { return }
                let due = loaded.nextTimer
                guard !loaded.advance(to: unit.now).isEmpty, let due else { return }
                unit.stands(from: due)
                var entry = AuditEntry(.expireTicket, subject: loaded.subject)
                entry.facts = loaded.facts
                if !loaded.isActive { entry.changes.append(("status", "pending", loaded.status)) }
                try loaded.save(in: &unit)
                try unit.record(entry.event)
            }
        ]
        workload.requests = [
            RequestKind(
                Loaded.self, kind: TicketApprovals.kind,
                transitions: [
                    .init(from: nil, to: "pending"), .init(from: "pending", to: "approved", .beforeDeadline),
                    .init(from: "pending", to: "denied", .beforeDeadline),
                    .init(from: "pending", to: "timedOut", .fromDeadline),
                ],
                filedFacts: ["requestor", "snapshot", "filedDateTime"], visibility: { Loaded.visibility(for: $0) },
                own: { _ in .none }, actions: { [.init("approve", "PATCH", "/tickets/\($0)")] },
                summary: { _ in .init(status: "pending", requestor: nil, operation: "Ask", object: nil, expiration: nil)
                },
                explain: { _, explaining, _, _ in
                    Explanation(
                        heldBy: ["heldBy": "two stages"], unblock: explaining.approvers.map { "Ask \($0.name)." },
                        details: ["changes": []])
                })
        ]
        return workload
    }()

    private struct Desk {
        let governance: Governance
        let clock: WorkloadTests.Clock
        let id: String

        /// Alice's ticket waits: first for the operation approvers (bob, carol), then for erin.
        static func filed() async throws -> Desk {
            let workloads = Workloads([.directory, .planted, StoredApprovalTests.workload])
            let (governance, clock) = WorkloadTests.house(workloads)
            try await governance.createDemoTenant()
            let definition = try ApprovalDefinition(stages: [
                StageDefinition(
                    primary: ApproverRequirement(anyOf: [.members(ofGroup: DemoTenant.id("groups/operation-approvers"))]
                    ),
                    timeout: .hours(24)),
                StageDefinition(
                    primary: ApproverRequirement(anyOf: [.user(DemoTenant.id("users/erin"))]), timeout: .hours(24)),
            ])
            let alice = caller("alice")
            let id = try await governance.command(as: alice, .fileTicket) { unit, actor, entry in
                let id = unit.newRandomID()
                var parties = Parties()
                parties.add(
                    try await unit.controlFacts(of: [actor.principal]).controllers(of: actor.principal), as: .filer)
                let (approval, _) = try Loaded.file(
                    definition, for: Key("ticket", id), title: "Printer", requestor: actor.principal, parties: parties,
                    steps: [unit.newRandomID(), unit.newRandomID()], at: unit.now)
                entry.subject = approval.subject
                entry.facts = approval.facts
                entry.changes.append(("status", nil, approval.status))
                try approval.save(in: &unit)
                try unit.record(entry.event)
                return id
            }
            return Desk(governance: governance, clock: clock, id: id)
        }

        func decide(_ choice: DecisionChoice, as name: String, justification: String? = nil) async throws {
            try await governance.command(as: caller(name), .decideTicket) { unit, actor, entry in
                guard
                    var loaded = try await Loaded.load(
                        TicketApprovals.kind, id, in: &unit, settings: governance.settings)
                else { throw missing }
                try await governance.show(
                    loaded, to: actor, by: { Loaded.visibility(for: $0) }, else: missing, entry: &entry, in: &unit)
                entry.facts = loaded.facts
                let facts = try await governance.deciderFacts(actor, of: loaded, in: &unit)
                entry.facts["controllers"] = facts.control.controllers(of: actor.principal).sorted().json
                entry.facts["stage"] = .integer(Int64(loaded.stage))
                let decider = try loaded.eligibleDecider(facts)
                entry.facts["paths"] = decider.paths.json
                _ = try loaded.decide(choice, by: decider, as: actor.identity?.user, justification: justification)
                entry.facts["parties"] = loaded.approval.parties.json
                if !loaded.isActive { entry.changes.append(("status", "pending", loaded.status)) }
                unit.stands(until: loaded.decisionEnd)
                try loaded.save(in: &unit)
                try unit.record(entry.event)
            }
        }

        func read(as name: String) async throws -> Document<ApprovalDocument>? {
            let facts = try await governance.facts(of: caller(name))
            return try await governance.store.read(
                TicketApprovals.kind, id, tenant: DemoTenant.tenant, visibility: Loaded.visibility(for: facts)
            ).map { try Document(json: JSONReader.read($0.document, limits: .stored)) }
        }

        func steps() async throws -> [String] {
            try #require(try await read(as: "erin")).steps.map { "\($0.status) \($0.reviewResult)" }
        }

        func assigned(to name: String) async throws -> Set<Int> {
            try await governance.assignedSteps(
                of: id, kind: try #require(governance.workloads.requests.first), to: caller(name))
        }

        func isSound() async throws -> [DoctorFinding] { try await governance.doctor(deep: true).filter { !$0.isFine } }
    }

    private static func caller(_ name: String) -> Caller {
        Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }

    private func code(_ body: () async throws -> Void) async throws -> RefusalCode? {
        do {
            try await body()
            return nil
        } catch let refused as Refused { return refused.refusal.code } catch let refusal as Refusal {
            return refusal.code
        }
    }

    // MARK: What it keeps

    @Test("Stages are shown as steps, one after the other, with who decided each")
    func stages() async throws {
        let desk = try await Desk.filed()
        #expect(try await desk.steps() == ["InProgress NotReviewed", "Initializing NotReviewed"])
        try await desk.decide(.approve, as: "bob", justification: "Seen")
        #expect(try await desk.steps() == ["Completed Approved", "InProgress NotReviewed"])
        let step = try #require(try await desk.read(as: "alice")?.steps.first)
        #expect(step.reviewedBy?.displayName == "Bob")
        #expect(step.justification == "Seen")
        #expect(step.reviewedDateTime == desk.clock.now)
        try await desk.decide(.approve, as: "erin")
        #expect(try await desk.steps() == ["Completed Approved", "Completed Approved"])
        #expect(try await desk.isSound() == [])
    }

    @Test("A denial ends it, and what comes after it never begins")
    func denial() async throws {
        let desk = try await Desk.filed()
        try await desk.decide(.deny, as: "carol", justification: "No")
        #expect(try await desk.steps() == ["Completed Denied", "Expired NotReviewed"])
        #expect(try await code { try await desk.decide(.approve, as: "bob") } == .repeatedDecision)
        #expect(try await desk.isSound() == [])
    }

    @Test("Who may not decide is refused by the rule that says so")
    func refusals() async throws {
        let desk = try await Desk.filed()
        #expect(try await code { try await desk.decide(.approve, as: "alice") } == .noSelfDecision)
        #expect(
            try await code { try await desk.decide(.approve, as: "erin") } == .approverResolution, "it isn't her turn")
        #expect(
            try await code { try await desk.decide(.approve, as: "dave") } == Self.missing.code,
            "it isn't dave's to see"
        )
        try await desk.decide(.approve, as: "bob")
        #expect(try await code { try await desk.decide(.approve, as: "bob") } == .approverResolution)
        #expect(try await desk.isSound() == [])
    }

    @Test("Time ends a stage at its deadline, whoever looks")
    func expiry() async throws {
        let desk = try await Desk.filed()
        desk.clock.advance(by: .hours(24))
        #expect(try await desk.steps() == ["Expired NotReviewed", "Expired NotReviewed"])
        #expect(try await code { try await desk.decide(.approve, as: "bob") } == .stageInProgress)
        #expect(try await desk.isSound() == [])
    }

    @Test("Parties, named approvers, members of named groups and readers see it, and nobody else")
    func audience() async throws {
        let desk = try await Desk.filed()
        for (name, isSeen) in [
            ("alice", true), ("bob", true), ("carol", true), ("erin", true), ("frank", true), ("dave", false),
            ("grace", false),
        ] {
            #expect((try await desk.read(as: name) != nil) == isSeen, "\(name)")
        }
    }

    @Test("A step is assigned to those who could decide it now")
    func assignment() async throws {
        let desk = try await Desk.filed()
        #expect(try await desk.assigned(to: "bob") == [0])
        #expect(try await desk.assigned(to: "alice") == [])
        #expect(try await desk.assigned(to: "erin") == [])
        try await desk.decide(.approve, as: "bob")
        #expect(try await desk.assigned(to: "bob") == [])
        #expect(try await desk.assigned(to: "erin") == [1])
    }

    @Test("Its explanation names who can decide, who can't and why, in the words of every kind")
    func explanation() async throws {
        let desk = try await Desk.filed()
        let found = try await desk.governance.explain(desk.id, in: DemoTenant.tenant) { _ in true }
        #expect(found.names == ["id", "status", "heldBy", "approvers", "notApprovers", "timer", "unblock", "changes"])
        #expect(
            found["approvers"]?.array?.compactMap { $0[path: ["displayName"]]?.string }.sorted() == ["Bob", "Carol"])
        #expect(found["notApprovers"]?.array?.compactMap { $0[path: ["displayName"]]?.string } == ["Alice"])
        #expect(found["timer"]?[path: ["outcome"]] == "expires")
    }

    @Test("Its invariants are held by doctor: a party's decision and a changed definition are found")
    func doctor() async throws {
        let desk = try await Desk.filed()
        try await desk.decide(.approve, as: "bob")
        try await desk.governance.store.decide(in: DemoTenant.tenant) { unit in
            var entry = AuditEntry(.decideTicket, subject: Key("ticket", desk.id))
            entry.facts = ["controllers": ["user:x"], "parties": ["user:x": ["filer"]]]
            try unit.record(entry.event)
        }
        #expect(Set(try await desk.isSound().map(\.check)).isSuperset(of: ["V1", "V2", "V3"]))
        let other = try await Desk.filed()
        try await other.governance.store.decide(in: DemoTenant.tenant) { unit in
            var stored = try #require(try await unit.get(TicketApprovals.kind, other.id))
            stored.internals["definitionDigest"] = "another"
            try unit.put(stored)
            try unit.record(AuditEntry(.planted, subject: nil).event)
        }
        #expect(Set(try await other.isSound().map(\.check)) == ["V8", "V9"])
    }
}

extension AuditEntry.Activity {
    fileprivate static let fileTicket = Self("ticket.filed", "File ticket", category: "Test", tags: .filing)
    fileprivate static let decideTicket = Self(
        "ticket.decided", "Decide ticket", category: "Test", tags: [.decision, .outcome])
    fileprivate static let expireTicket = Self("ticket.expired", "Expire ticket", category: "Test")
}
