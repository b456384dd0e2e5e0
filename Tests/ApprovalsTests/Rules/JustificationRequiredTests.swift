import Approvals
import Testing

@Suite("Required justifications")
struct JustificationRequiredTests {
    @Test(
        "where the policy asks for it, an empty or blank justification is refused, to deny as to approve",
        arguments: [nil, "", " \t\n", "\u{2003}"], DecisionChoice.allCases)
    func blank(justification: String?, choice: DecisionChoice) throws {
        let world = World()
        var machine = try world.open(World.stage(justification: true))
        let before = machine
        #expect(
            refusal { () throws(Refusal) in try world.decide(&machine, "bob", choice, justification: justification) }
                == .justificationRequired)
        #expect(machine == before)
        var lenient = try world.open()
        #expect(
            refusal { () throws(Refusal) in try world.decide(&lenient, "bob", choice, justification: justification) }
                == nil)
    }

    @Test("one that says something is recorded")
    func recorded() throws {
        let world = World()
        var machine = try world.open(World.stage(justification: true))
        _ = try world.decide(&machine, "bob", justification: "Change 23423")
        #expect(machine.decisions.map(\.justification) == ["Change 23423"])
    }
}
