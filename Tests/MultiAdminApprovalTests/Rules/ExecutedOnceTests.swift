import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Executed once (V14)")
struct ExecutedOnceTests {
    @Test("a code is spent by its completion; the answer says when")
    func spent() throws {
        var machine = try Fixture().make(.completed)
        let before = machine
        let call = try Fixture.call()
        let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: Fixture.start + .hours(9)) }
        #expect(thrown?.code == .executedOnce)
        #expect(thrown?.kind == .conflict)
        #expect(thrown?.reason.contains((Fixture.start + .hours(2)).description) == true)
        #expect(machine == before)
    }
}
