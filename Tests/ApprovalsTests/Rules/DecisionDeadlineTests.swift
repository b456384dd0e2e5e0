import Approvals
import EDM
import Testing

@Suite("The deadline of decisions (V5)")
struct DecisionDeadlineTests {
    @Test("a decision and a cancellation come before the deadline; at it they are refused")
    func boundary() throws {
        let world = World()
        let machine = try world.open()
        let deadline = World.start + .days(4)
        #expect(machine.nextTimer == deadline)
        var copy = machine
        #expect(refusal { () throws(Refusal) in try world.decide(&copy, "bob", at: deadline) } == .decisionDeadline)
        #expect(refusal { () throws(Refusal) in try copy.cancel(at: deadline) } == .decisionDeadline)
        #expect(copy == machine)
        #expect(try world.decide(&copy, "bob", at: deadline - .microseconds(1)).last == .approved)
        copy = machine
        #expect(copy.advance(to: deadline - .microseconds(1)).isEmpty)
        #expect(copy == machine)
    }
}
