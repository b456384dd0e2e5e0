import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Executed once (V14)")
struct ExecutedOnceTests {
    @Test("a completion spends the code, and nothing else does", arguments: OperationApprovalRequestStatus.allCases)
    func table(status: OperationApprovalRequestStatus) {
        let code = refusal { () throws(Refusal) in try ExecutedOnce.check(status, completedAt: Fixture.start) }
        #expect(code == (status == .completed ? .executedOnce : nil))
    }

    @Test("a spent code changes nothing; the answer is 409 and says when it was spent")
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
