import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Approved before execution (V15)")
struct ApprovedBeforeExecutionTests {
    @Test("what waits or is approved may go on, nothing else", arguments: OperationApprovalRequestStatus.allCases)
    func table(status: OperationApprovalRequestStatus) {
        let code = refusal { () throws(Refusal) in try ApprovedBeforeExecution.check(status) }
        #expect(code == ([.needsApproval, .approved].contains(status) ? nil : .approvedBeforeExecution))
    }

    @Test(
        "a request that was rejected, cancelled or has expired isn't carried out; the answer names its status",
        arguments: [Fixture.Target.rejected, .cancelled, .approvalCancelled, .expired, .expiredApproved])
    func ended(target: Fixture.Target) throws {
        var machine = try Fixture().make(target)
        let call = try Fixture.call()
        let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: Fixture.start + .hours(9)) }
        #expect(thrown?.code == .approvedBeforeExecution)
        #expect(thrown?.kind == .forbidden)
        #expect(thrown?.reason.contains(machine.status.rawValue) == true)
    }

    @Test("at its deadline an approved request isn't carried out any more; just before it is")
    func boundary() throws {
        let call = try Fixture.call()
        var machine = try Fixture().make(.approved)
        #expect(
            refusal { () throws(Refusal) in try machine.complete(call, at: Fixture.expiration) }
                == .approvedBeforeExecution)
        #expect(
            refusal { () throws(Refusal) in try machine.complete(call, at: Fixture.expiration - .microseconds(1)) }
                == nil)
    }
}
