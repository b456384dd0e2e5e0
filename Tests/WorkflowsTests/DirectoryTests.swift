import Approvals
import Directory
import EDM
import JSON
import Storage
import Testing
import Workflows

/// What the directory answers decisions with, and which groups it guards for whom.
@Suite struct DirectoryTests {
    private static func caller(_ name: String) -> Caller {
        Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }

    @Test("A role is held in the whole tenant only by an assignment that says so", arguments: ["/", "/x", nil])
    func scope(scope: String?) async throws {
        let (governance, _) = WorkloadTests.house()
        try await governance.createDemoTenant()
        let dave = Self.caller("dave").principal
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            let document = try Document<UnifiedRoleAssignment> {
                $0.id = "a"
                $0.principalId = dave.id
                $0.roleDefinitionId = DirectoryRoles.globalAdministrator
                $0.directoryScopeId = scope
            }
            try unit.put(Stored(document, writtenBy: .system, at: unit.now))
            try unit.record(AuditEntry(.planted, subject: nil).event)
        }
        try await governance.store.preview(in: DemoTenant.tenant) { unit in
            let roles = try await unit.roles(of: dave)
            let edges = try await unit.approverEdges(of: dave)
            #expect(roles.isEmpty == (scope != "/"))
            #expect(edges.contains { $0.relation == .role } == (scope == "/"))
        }
    }

    // MARK: Groups that decide for a workload

    /// Lets the employees decide about one thing, of which grace must be able to.
    private static let guarding: Workload = {
        var workload = Workload("guarding")
        let object = ProtectedObject(key: Key("thing", "1"), displayName: "Thing") { unit, _ in
            let users = try await unit.users(inGroups: [DemoTenant.id("groups/employees")])
            guard users.contains(DemoTenant.id("users/grace")) else {
                throw Refusal(RefusalCode("thingLockout", .conflict), "Nobody could decide about the thing.")
            }
        }
        workload.protectors = [
            GroupProtector(
                named: { _, group in group == DemoTenant.id("groups/employees") ? [object] : [] },
                all: { _ in [object] })
        ]
        return workload
    }()

    private func guarded() async throws -> Governance {
        let (governance, _) = WorkloadTests.house(
            Workloads([.directory, .deviceManagement, .multiAdminApproval, .planted, Self.guarding]))
        try await governance.createDemoTenant()
        return governance
    }

    @Test("A group that decides for any workload is changed by few, and so are groups inside it")
    func rights() async throws {
        let governance = try await guarded()
        let (employees, partners) = (DemoTenant.id("groups/employees"), DemoTenant.id("groups/partners"))
        let heidi = DemoTenant.id("users/heidi")
        try await governance.addMember(heidi, toGroup: partners, as: Self.caller("alice"))
        var refusal = await #expect(throws: Refusal.self) {
            try await governance.addMember(heidi, toGroup: employees, as: Self.caller("alice"))
        }
        #expect(refusal?.code == .protectedGroup)
        try await governance.addMember(partners, toGroup: employees, as: Self.caller("erin"))
        refusal = await #expect(throws: Refusal.self) {
            try await governance.removeMember(heidi, fromGroup: partners, as: Self.caller("alice"))
        }
        #expect(refusal?.code == .protectedGroup)
    }

    @Test("What leaves nobody who could decide is refused in its workload's words, and found by doctor")
    func lockout() async throws {
        let governance = try await guarded()
        let (employees, grace) = (DemoTenant.id("groups/employees"), DemoTenant.id("users/grace"))
        let refused = await #expect(throws: Refused.self) {
            try await governance.removeMember(grace, fromGroup: employees, as: Self.caller("erin"))
        }
        #expect(refused?.refusal.reason == "Nobody could decide about the thing.")
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            let id = Kinds.edgeID(.member, to: employees, from: grace)
            unit.delete(try #require(try await unit.get(Kinds.edges, id)))
            try unit.record(AuditEntry(.planted, subject: nil).event)
        }
        let finding = try #require(try await governance.doctor(deep: false).first { $0.check == "R11" })
        #expect(!finding.isFine && finding.detail.contains("'Thing'"))
    }
}
