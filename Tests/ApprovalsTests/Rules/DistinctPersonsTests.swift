import Approvals
import Directory
import EDM
import Testing

@Suite("Distinct persons (R5)")
struct DistinctPersonsTests {
    private func twoStages(distinct: Bool) throws -> (World, ApprovalMachine) {
        var world = World()
        world.edges.append(World.member("bob", of: "seconds"))
        let stages = [World.stage(), World.stage([.members(ofGroup: "seconds")])]
        return (world, try world.open(stages, switches: ApprovalSwitches(distinctPersons: distinct)))
    }

    @Test("who decided one stage can't decide the next")
    func overStages() throws {
        var (world, machine) = try twoStages(distinct: true)
        _ = try world.decide(&machine, "bob")
        let before = machine
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "bob", stage: 1) } == .distinctPersons)
        #expect(
            refusal { () throws(Refusal) in try world.decide(&machine, "bob", .deny, stage: 1) } == .distinctPersons)
        #expect(machine == before)
        #expect(try world.decide(&machine, "dan", stage: 1).last == .approved)
    }

    @Test("unless the policy switches it off")
    func switchedOff() throws {
        var (world, machine) = try twoStages(distinct: false)
        _ = try world.decide(&machine, "bob")
        #expect(try world.decide(&machine, "bob", stage: 1).last == .approved)
    }

    @Test("two accounts of one person are one in a quorum, switched off or not", arguments: [true, false])
    func accounts(distinct: Bool) throws {
        var world = World()
        world.control.accounts = ["bob": ["cyd"], "cyd": ["bob"]]
        var machine = try world.open([World.stage(quorum: 2)], switches: ApprovalSwitches(distinctPersons: distinct))
        _ = try world.decide(&machine, "bob")
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "cyd") } == .distinctPersons)
    }
}
