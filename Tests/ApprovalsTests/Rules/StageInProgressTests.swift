import Approvals
import EDM
import Testing

@Suite("The stage in progress (V6)")
struct StageInProgressTests {
    private func twoStages() throws -> (World, ApprovalMachine) {
        let world = World()
        return (world, try world.open([World.stage(), World.stage([.members(ofGroup: "seconds")])]))
    }

    @Test("a later stage takes no decision early")
    func early() throws {
        var (world, machine) = try twoStages()
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "dan", stage: 1) } == .stageInProgress)
    }

    @Test("a stage that was never reached takes none")
    func neverReached() throws {
        var (world, machine) = try twoStages()
        _ = try world.decide(&machine, "bob", .deny)
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "dan", stage: 1) } == .stageInProgress)
    }

    @Test("a stage that doesn't exist takes none")
    func unknown() throws {
        var (world, machine) = try twoStages()
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "dan", stage: 7) } == .stageInProgress)
    }

    @Test("a cancelled or expired stage takes none")
    func ended() throws {
        let (world, machine) = try twoStages()
        var cancelled = machine, expired = machine
        _ = try cancelled.cancel(at: World.start + .hours(1))
        _ = expired.advance(to: World.start + .days(4))
        for var machine in [cancelled, expired] {
            let before = machine
            #expect(refusal { () throws(Refusal) in try world.decide(&machine, "bob") } == .stageInProgress)
            #expect(machine == before)
        }
    }

    @Test("a decider judged before the stage changed is judged again")
    func stale() throws {
        var (world, machine) = try twoStages()
        let stale = try machine.eligibleDecider(world.facts("cyd"), stage: 0)
        var other = try world.open(World.stage([.user("cyd")]))
        #expect(
            refusal { () throws(Refusal) in try other.decide(.approve, by: stale, justification: nil) }
                == .stageInProgress)
        _ = try world.decide(&machine, "bob")
        #expect(
            refusal { () throws(Refusal) in try machine.decide(.approve, by: stale, justification: nil) }
                == .repeatedDecision)
    }
}
