import Approvals
import EDM
import Testing

@Suite("Repeated decisions (R35)")
struct RepeatedDecisionTests {
    @Test(
        "once a stage is decided everybody is refused, also the same person with the same choice",
        arguments: ["bob", "cyd"], DecisionChoice.allCases)
    func decided(name: String, first: DecisionChoice) throws {
        let world = World()
        var machine = try world.open()
        _ = try world.decide(&machine, "bob", first)
        let before = machine
        for choice in DecisionChoice.allCases {
            #expect(refusal { () throws(Refusal) in try world.decide(&machine, name, choice) } == .repeatedDecision)
        }
        #expect(machine == before)
    }

    @Test("in a quorum one approver counts once")
    func quorum() throws {
        let world = World()
        var machine = try world.open(World.stage(quorum: 2))
        #expect(try world.decide(&machine, "bob").count == 1)
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "bob") } == .repeatedDecision)
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "bob", .deny) } == .repeatedDecision)
        #expect(try world.decide(&machine, "cyd").last == .approved)
    }

    @Test("the refusal says who decided what and when")
    func reason() throws {
        let world = World()
        var machine = try world.open()
        _ = try world.decide(&machine, "bob", .deny)
        let thrown = #expect(throws: Refusal.self) { try world.decide(&machine, "cyd") }
        let reason = try #require(thrown?.reason)
        #expect(reason.contains("denied") && reason.contains("user bob"))
        #expect(reason.contains((World.start + .hours(1)).description))
    }
}
