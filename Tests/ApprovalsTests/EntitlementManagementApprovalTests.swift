import Approvals
import Directory
import EDM
import Testing

/// Approvals of access package requests as Entra has them ("Change approval settings for an access package in
/// entitlement management").
@Suite("Approvals of access package requests")
struct EntitlementManagementApprovalTests {
    private let world = World()
    private let manager = ApproverSet.manager(of: .requestor, level: 1)

    private func serial() throws -> ApprovalMachine {
        try world.open([
            StageDefinition(primary: ApproverRequirement(anyOf: [.members(ofGroup: "approvers")]), timeout: .days(14)),
            StageDefinition(primary: ApproverRequirement(anyOf: [.members(ofGroup: "seconds")]), timeout: .days(7)),
            StageDefinition(primary: ApproverRequirement(anyOf: [.members(ofGroup: "escalation")]), timeout: .days(7)),
        ])
    }

    @Test(
        "three stages run serially, one approval each is enough, and each begins when the one before is approved (60)")
    func serialStages() throws {
        var machine = try serial()
        #expect(machine.stages.dropFirst() == [.initializing, .initializing])
        #expect(try world.decide(&machine, "bob", at: World.start + .days(2)).count == 3)
        #expect(machine.current?.index == 1)
        #expect(machine.current?.run.start == World.start + .days(2))
        _ = try world.decide(&machine, "dan", stage: 1, at: World.start + .days(3))
        #expect(try world.decide(&machine, "eve", stage: 2, at: World.start + .days(4)).last == .approved)
    }

    @Test("a denial in any stage ends it (62)")
    func denial() throws {
        var machine = try serial()
        _ = try world.decide(&machine, "bob")
        #expect(try world.decide(&machine, "dan", .deny, stage: 1).last == .denied)
        #expect(machine.stages[2] == .closed(nil, .notReached, at: World.start + .hours(1)))
    }

    @Test("the timeout of the second stage counts from its own start and ends the request (70)")
    func timeout() throws {
        var machine = try serial()
        _ = try world.decide(&machine, "bob", at: World.start + .days(13))
        let deadline = World.start + .days(20)
        #expect(machine.nextTimer == deadline)
        #expect(machine.advance(to: deadline - .microseconds(1)).isEmpty)
        #expect(machine.advance(to: deadline + .days(3)) == [.stageClosed(1, .timedOut), .timedOut])
        #expect(machine.stages[1].run?.deadline == deadline)
    }

    @Test("of a timeout and a decision at the same instant, only the timeout has an effect (71)")
    func race() throws {
        let deadline = World.start + .days(14)
        var decided = try serial()
        #expect(refusal { () throws(Refusal) in try world.decide(&decided, "bob", at: deadline) } == .decisionDeadline)
        #expect(decided.advance(to: deadline).last == .timedOut)
    }

    @Test("the requestor is never an approver, as their own manager's report, sponsor or group member (59)")
    func requestor() throws {
        var machine = try serial()
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "ann") } == .noSelfDecision)
    }

    @Test("a missing manager hands the request to the backup approvers (64)")
    func backup() throws {
        let resolution = ManagerChain.resolve(
            level: 1, of: .requestor, user: "ann", links: [], parties: world.parties, control: world.control,
            at: World.start)
        let stage = StageDefinition(
            primary: ApproverRequirement(anyOf: [manager]),
            backup: ApproverRequirement(anyOf: [.members(ofGroup: "backup")]), timeout: .days(14))
        var machine = try world.open([stage], opening: StageOpening([resolution]))
        #expect(try world.decide(&machine, "fay").last == .approved)
    }

    @Test("a manager of the second stage is read when that stage begins")
    func managerOfSecondStage() throws {
        var world = world
        let mia = ApproverNode(.user, "mia"), ann = ApproverNode(.user, "ann")
        world.edges.append(
            ApproverEdge(
                .manager, from: mia, to: ann, writtenBy: World.administrator, writtenAt: World.start + .hours(1)))
        var machine = try world.open([World.stage(), World.stage([manager])])
        let opening = StageOpening([.named(manager, holders: [mia], subject: ann)])
        let effects = try world.decide(&machine, "bob", at: World.start + .hours(2), opening: opening)
        #expect(effects.last == .stageOpened(1, .primary, deadline: World.start + .hours(2) + .days(4)))
        #expect(try world.decide(&machine, "mia", stage: 1, at: World.start + .hours(3)).last == .approved)
    }

    @Test("after escalation both primary and escalation approvers decide (67); the stage's timeout stays")
    func escalation() throws {
        let stage = StageDefinition(
            primary: ApproverRequirement(anyOf: [.members(ofGroup: "approvers")]),
            escalation: StageDefinition.Escalation(
                after: .days(1), to: ApproverRequirement(anyOf: [.members(ofGroup: "escalation")])), timeout: .days(4))
        let machine = try world.open(stage)
        for name in ["bob", "eve"] {
            var copy = machine
            #expect(copy.advance(to: World.start + .days(1)) == [.escalated(0)])
            #expect(copy.nextTimer == World.start + .days(4))
            #expect(try world.decide(&copy, name, at: World.start + .days(1)).last == .approved)
        }
    }

    @Test("a member added while the stage is open may decide (74)")
    func liveMembers() throws {
        var world = world
        var machine = try serial()
        world.edges.append(World.member("gus", of: "approvers", at: World.start + .hours(1)))
        #expect(try world.decide(&machine, "gus", at: World.start + .hours(2)).first != nil)
    }
}
