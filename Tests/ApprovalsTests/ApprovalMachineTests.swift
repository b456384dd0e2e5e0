import Approvals
import EDM
import Testing

/// Every state of an approval of two stages, the first of which escalates after a day.
enum ApprovalTarget: CaseIterable {
    case firstStage, escalated, secondStage, approved, denied, timedOut, timedOutLater, cancelled

    /// A machine in that state, made by its events.
    func make(_ world: World) throws -> ApprovalMachine {
        let first = StageDefinition(
            primary: ApproverRequirement(anyOf: [.members(ofGroup: "approvers")]),
            escalation: StageDefinition.Escalation(
                after: .days(1), to: ApproverRequirement(anyOf: [.members(ofGroup: "escalation")])), timeout: .days(4))
        var machine = try world.open([first, World.stage([.members(ofGroup: "seconds")])])
        switch self {
        case .firstStage: break
        case .escalated: _ = machine.advance(to: World.start + .days(1))
        case .secondStage: _ = try world.decide(&machine, "bob")
        case .approved:
            _ = try world.decide(&machine, "bob")
            _ = try world.decide(&machine, "dan", stage: 1)
        case .denied: _ = try world.decide(&machine, "bob", .deny)
        case .timedOut: _ = machine.advance(to: World.start + .days(9))
        case .timedOutLater:
            _ = try world.decide(&machine, "bob")
            _ = machine.advance(to: World.start + .days(9))
        case .cancelled: _ = try machine.cancel(at: World.start + .hours(1))
        }
        return machine
    }
}

enum ApprovalEvent: CaseIterable {
    case approveFirst, denyFirst, approveByEscalation, approveSecond, denySecond, cancel, day, deadline

    static let decisionTime = World.start + .days(2)

    /// What the event answers: the kinds of its effects, or the refusal.
    func apply(_ machine: inout ApprovalMachine, _ world: World) -> ApprovalOutcome {
        do throws(Refusal) {
            switch self {
            case .approveFirst: return .effects(try world.decide(&machine, "cyd", at: Self.decisionTime))
            case .denyFirst: return .effects(try world.decide(&machine, "cyd", .deny, at: Self.decisionTime))
            case .approveByEscalation: return .effects(try world.decide(&machine, "eve", at: Self.decisionTime))
            case .approveSecond: return .effects(try world.decide(&machine, "dan", stage: 1, at: Self.decisionTime))
            case .denySecond: return .effects(try world.decide(&machine, "dan", .deny, stage: 1, at: Self.decisionTime))
            case .cancel: return .effects(try machine.cancel(at: Self.decisionTime))
            case .day: return .effects(machine.advance(to: World.start + .days(1)))
            case .deadline: return .effects(machine.advance(to: World.start + .days(4) + .hours(1)))
            }
        } catch { return .refused(error.code) }
    }

    func expected(in target: ApprovalTarget) -> ApprovalOutcome {
        switch self {
        case .approveFirst, .approveByEscalation:
            switch target {
            case .firstStage, .escalated: .does("decided stageClosed stageOpened")
            case .secondStage, .approved, .denied, .timedOutLater: .refused(.repeatedDecision)
            case .timedOut, .cancelled: .refused(.stageInProgress)
            }
        case .denyFirst:
            switch target {
            case .firstStage, .escalated: .does("decided stageClosed denied")
            case .secondStage, .approved, .denied, .timedOutLater: .refused(.repeatedDecision)
            case .timedOut, .cancelled: .refused(.stageInProgress)
            }
        case .approveSecond, .denySecond:
            switch target {
            case .secondStage: .does("decided stageClosed \(self == .approveSecond ? "approved" : "denied")")
            case .approved: .refused(.repeatedDecision)
            case .firstStage, .escalated, .denied, .timedOut, .timedOutLater, .cancelled: .refused(.stageInProgress)
            }
        case .cancel:
            switch target {
            case .firstStage, .escalated, .secondStage: .does("stageClosed cancelled")
            case .approved, .denied, .timedOut, .timedOutLater, .cancelled: .refused(.stageInProgress)
            }
        case .day:
            switch target {
            case .firstStage: .does("escalated")
            case .escalated, .secondStage, .approved, .denied, .timedOut, .timedOutLater, .cancelled: .does("")
            }
        case .deadline:
            switch target {
            case .firstStage: .does("escalated stageClosed timedOut")
            case .escalated, .secondStage: .does("stageClosed timedOut")
            case .approved, .denied, .timedOut, .timedOutLater, .cancelled: .does("")
            }
        }
    }
}

enum ApprovalOutcome: Equatable {
    case does(String)
    case refused(RefusalCode)

    static func effects(_ effects: [ApprovalEffect]) -> ApprovalOutcome {
        .does(effects.map { String(describing: $0).prefix { $0.isLetter } }.joined(separator: " "))
    }
}

@Suite("The approval machine")
struct ApprovalMachineTests {
    @Test(
        "each event does in each state what the table says; a refusal leaves the state untouched",
        arguments: ApprovalTarget.allCases, ApprovalEvent.allCases)
    func table(target: ApprovalTarget, event: ApprovalEvent) throws {
        let world = World()
        var machine = try target.make(world)
        let before = machine
        let outcome = event.apply(&machine, world)
        #expect(outcome == event.expected(in: target))
        if case .refused = outcome { #expect(machine == before) }
        if outcome == .does("") { #expect(machine == before) }
        #expect(try ApprovalMachine(json: machine.json) == machine)
    }

    @Test("a repeated timer changes nothing and says nothing", arguments: ApprovalTarget.allCases)
    func repeatedTimer(target: ApprovalTarget) throws {
        var machine = try target.make(World())
        for days in 1...12 {
            _ = machine.advance(to: World.start + .days(Int64(days)))
            let after = machine
            #expect(machine.advance(to: World.start + .days(Int64(days))).isEmpty)
            #expect(machine == after)
        }
        #expect(machine.nextTimer == nil)
    }

    @Test(
        "the next timer is the escalation, then the deadline of the stage in progress",
        arguments: ApprovalTarget.allCases)
    func nextTimer(target: ApprovalTarget) throws {
        let expected: Instant? =
            switch target {
            case .firstStage: World.start + .days(1)
            case .escalated: World.start + .days(4)
            case .secondStage: World.start + .hours(1) + .days(4)
            case .approved, .denied, .timedOut, .timedOutLater, .cancelled: nil
            }
        #expect(try target.make(World()).nextTimer == expected)
    }

    @Test("an approval has at least one stage, and a stage takes at least one approval")
    func atLeastOne() {
        #expect(throws: (any Error).self) { try ApprovalDefinition(stages: []) }
        #expect(World.stage(quorum: 0).quorum == 1)
        #expect(World.stage(quorum: -3).quorum == 1)
    }

    @Test("a quorum of three takes three persons, and one denial before it ends the approval")
    func quorum() throws {
        var world = World()
        world.edges += ["gus", "hal"].map { World.member($0, of: "approvers") }
        var machine = try world.open(World.stage(quorum: 3))
        _ = try world.decide(&machine, "bob")
        _ = try world.decide(&machine, "cyd")
        var denied = machine
        #expect(try world.decide(&denied, "gus", .deny).last == .denied)
        #expect(machine.state == .pending)
        #expect(try world.decide(&machine, "gus").last == .approved)
    }

    @Test("who takes an approval back is judged, and the approval stays as it was")
    func takeBack() throws {
        let world = World()
        var machine = try world.open(World.stage(justification: true))
        let early = try machine.eligibleDecider(world.facts("cyd"), stage: 0)
        #expect(
            refusal { () throws(Refusal) in try machine.takeBack(by: early, justification: "no") } == .stageInProgress)
        _ = try world.decide(&machine, "bob")
        let decider = try machine.eligibleDecider(world.facts("bob"), stage: 0)
        #expect(
            refusal { () throws(Refusal) in try machine.takeBack(by: decider, justification: " ") }
                == .justificationRequired)
        try machine.takeBack(by: decider, justification: "no")
        #expect(machine.state == .approved)
    }
}
