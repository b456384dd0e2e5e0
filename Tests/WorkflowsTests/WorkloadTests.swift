import Directory
import EDM
import JSON
import Storage
import StorageMemory
import Synchronization
import Testing

@testable import Workflows

/// What a list of workloads promises, and what the house makes of it.
@Suite struct WorkloadTests {
    final class Clock: Sendable {
        private let value = Mutex(Instant(microseconds: 1_800_000_000_000_000))
        var now: Instant { value.withLock { $0 } }
        func advance(by duration: Duration) { value.withLock { $0 = $0 + duration } }
    }

    static func house(_ workloads: Workloads = .tested) -> (governance: Governance, clock: Clock) {
        let clock = Clock()
        return (
            Governance(MemoryEngine(catalog: workloads.catalog, clock: { clock.now }), workloads: workloads), clock
        )
    }

    // MARK: The list

    @Test("What two workloads declare is told by name, whatever it is")
    func clashes() {
        var one = Workload("one")
        one.kinds = [Kinds.users]
        one.activities = [.planted]
        one.settings = MultiAdminApprovalSettings.self
        one.work = [Workload.countdown]
        one.seeds = [SeedCollection("users") { _, _, _ in }]
        #expect(Workloads.clashes(in: [.house, one]) == [])
        var other = one
        #expect(
            Workloads.clashes(in: [one, other]).map { String($0.prefix { $0 != "'" }) } == [
                "the workload ", "the kind ", "the activity ", "the section of settings ", "the seed ", "the work ",
            ])
        other = Workload("other")
        other.kinds = [Kinds.users]
        #expect(Workloads.clashes(in: [one, other]) == ["the kind 'user' is declared twice"])
    }

    @Test("A list that declares something twice doesn't come to life")
    func twice() async {
        await #expect(processExitsWith: .failure) { _ = Workloads([.directory, .directory]) }
    }

    @Test("An event of an activity that no workload lists is never recorded")
    func unlisted() async {
        await #expect(processExitsWith: .failure) {
            let (governance, _) = WorkloadTests.house(Workloads([.directory]))
            try await governance.store.decide(in: "t") { unit in
                try unit.record(AuditEntry(.planted, subject: nil).event)
            }
        }
    }

    // MARK: Work

    private func left(_ governance: Governance) async throws -> [String] {
        try await governance.store.engine.events(tenant: "t", from: 0, limit: 100).compactMap { event in
            try JSONReader.read(event.bytes)[path: ["facts", "left"]]?.string
        }
    }

    private func wake(_ command: String, _ governance: Governance, at instant: Instant, cursor: String?) async throws {
        try await governance.store.decide(in: "t") { unit in
            try await unit.wake("w-\(command)", command: command, at: instant, cursor: cursor)
            try unit.record(AuditEntry(.planted, subject: nil).event)
        }
    }

    @Test("Work runs when it is due, goes on from its cursor, and is gone when it is done")
    func work() async throws {
        let (governance, clock) = Self.house()
        try await wake("countdown", governance, at: clock.now + .hours(1), cursor: "2")
        try await governance.store.settleOverdue(limit: .max)
        #expect(try await left(governance) == [])
        clock.advance(by: .hours(1))
        try await governance.store.settleOverdue(limit: .max)
        #expect(try await left(governance) == ["2"], "once, and again an hour later")
        clock.advance(by: .hours(1))
        try await governance.store.settleOverdue(limit: .max)
        #expect(try await left(governance) == ["2", "1"])
        let row = try await governance.store.engine.get(Key(Work.kind.name, "w-countdown"), tenant: "t")
        #expect(row == nil)
    }

    @Test("Work for a command that isn't there stops nothing else, and doctor tells of it")
    func unknownWork() async throws {
        let (governance, clock) = Self.house()
        try await wake("bygone", governance, at: clock.now + .seconds(1), cursor: nil)
        try await wake("countdown", governance, at: clock.now + .seconds(2), cursor: "1")
        clock.advance(by: .seconds(3))
        try await governance.store.settleOverdue(limit: 100)
        #expect(try await left(governance) == ["1"])
        let finding = try #require(try await governance.doctor(deep: true).first { $0.check == "work" })
        #expect(!finding.isFine)
        #expect(finding.detail.contains("'bygone'"))
    }

    // MARK: Settings

    private struct Other: SettingsGroup {
        var retention: Duration = .hours(1)
        var isLoud = false

        static let section = "other"
        static let switches: [Switch<Other>] = [.duration("retention", \.retention), .flag("loud", \.isLoud)]
    }

    @Test("Settings are grouped by workload, and a bare name is taken where one group has it")
    func settings() throws {
        var other = Workload("other")
        other.settings = Other.self
        let (governance, _) = Self.house(Workloads([.directory, .deviceManagement, .multiAdminApproval, other]))
        try governance.changeSettings(["loud": true, "other": ["retention": "PT2H"], "appOnlyApproval": true])
        #expect(
            governance.settings[Other.self]
                == {
                    var it = Other(); (it.retention, it.isLoud) = (.hours(2), true); return it
                }())
        #expect(governance.settings.multiAdminApproval.appOnlyApproval)
        #expect(governance.settings.multiAdminApproval.requestRetention == .days(30))
        #expect(governance.settingsInForce["other"] == ["retention": "PT2H", "loud": true])
        for order: JSONObject in [
            ["retention": "PT1H"], ["other": 1], ["other": ["loud": false], "loud": false],
            ["other": ["errorEnvelope": "plain"]],
            ["other": ["loud": false], "multiAdminApproval": ["retention": "never"]],
        ] {
            #expect(throws: Invalid.self) { try governance.changeSettings(order) }
        }
        #expect(governance.settings[Other.self].isLoud, "a change that isn't understood changes nothing")
    }

    // MARK: Tenants and resets

    private func create(_ tenant: String, _ governance: Governance) async throws {
        _ = try await governance.createTenant(
            tenant, displayName: tenant, domain: "\(tenant).example",
            administrators: ["a", "b"].map {
                Governance.Administrator(id: $0, userPrincipalName: "\($0)@\(tenant).example", displayName: $0)
            })
    }

    @Test("Every tenant of the database is known, and the partition of keys is none")
    func tenants() async throws {
        let (governance, _) = Self.house()
        #expect(try await governance.tenants() == [])
        _ = try await governance.sealingKey()
        try await create("t2", governance)
        try await create("t1", governance)
        #expect(try await governance.tenants() == ["t1", "t2"])
    }

    @Test("A reset empties a tenant that isn't the demo's, makes no other, and leaves a sound database")
    func reset() async throws {
        let (governance, _) = Self.house()
        try await create("t1", governance)
        try await governance.reset()
        #expect(try await governance.tenants() == ["t1"])
        #expect(try await governance.emulatedTenant() == "t1")
        #expect(try await governance.user("a", in: "t1") == nil)
        #expect(try await governance.doctor(deep: true).filter { !$0.isFine } == [])
        _ = try await governance.seed(["users": [["id": "u1"]]], in: "t1")
        #expect(try await governance.user("u1@t1.example", in: "t1")?.id == "u1", "in the tenant's own domain")
    }

    @Test("A reset of a demonstration makes its tenant anew")
    func demo() async throws {
        let (governance, _) = Self.house()
        try await governance.createDemoTenant()
        try await governance.reset()
        #expect(try await governance.tenants() == [DemoTenant.tenant])
    }
}
