import Approvals
import EDM
import Testing

@Suite("Escalation approvers")
struct EscalationApproversTests {
    private func stage(after: Duration, timeout: Duration = .days(4)) -> StageDefinition {
        StageDefinition(
            primary: ApproverRequirement(anyOf: [.members(ofGroup: "approvers")]),
            escalation: StageDefinition.Escalation(
                after: after, to: ApproverRequirement(anyOf: [.members(ofGroup: "escalation")])), timeout: timeout)
    }

    @Test("they decide from the instant of escalation on, and primary approvers still may")
    func escalation() throws {
        let world = World()
        let machine = try world.open(stage(after: .days(1)))
        func code(_ name: String, _ now: Instant) -> RefusalCode? {
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name, at: now), stage: 0) }
        }
        let escalation = World.start + .days(1)
        #expect(machine.nextTimer == escalation)
        #expect(code("eve", escalation - .microseconds(1)) == .escalationApprovers)
        #expect(code("eve", escalation) == nil)
        #expect(code("bob", escalation) == nil)
        #expect(code("gus", escalation) == .approverResolution)
    }

    @Test("a stage that times out first never escalates")
    func never() throws {
        let world = World()
        var machine = try world.open(stage(after: .days(4)))
        #expect(machine.nextTimer == World.start + .days(4))
        #expect(machine.advance(to: World.start + .days(4)) == [.stageClosed(0, .timedOut), .timedOut])
    }
}
