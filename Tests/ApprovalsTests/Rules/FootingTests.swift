import Approvals
import Testing

@Suite("Footing")
struct FootingTests {
    @Test("what nothing stands on may go")
    func free() throws { try Footing.check("queue/1", dependents: []) }

    @Test(
        "what something stands on stays, and the refusal names it",
        arguments: [(["ticket/1"], "ticket/1,"), (["ticket/1", "ticket/2", "ticket/3"], "ticket/1 and 2 more,")])
    func used(dependents: [String], words: String) {
        let refusal = #expect(throws: Refusal.self) { try Footing.check("queue/1", dependents: dependents) }
        #expect(refusal?.code == .footing)
        #expect(refusal?.kind == .conflict)
        #expect(refusal?.reason.contains(words) == true)
    }
}
