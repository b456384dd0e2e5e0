import Approvals
import MultiAdminApproval
import Testing

@Suite("The status that an action needs")
struct RequestStatusTests {
    @Test(
        "the refusal is 409, names the status and says what helps",
        arguments: RequestStatus.Action.allCases, OperationApprovalRequestStatus.allCases)
    func names(action: RequestStatus.Action, status: OperationApprovalRequestStatus) {
        let refusal = RequestStatus.refusal(action, in: status)
        #expect(refusal.kind == .conflict)
        #expect(refusal.reason.contains("'\(status.rawValue)'"))
        #expect(refusal.reason.hasSuffix("."))
    }

    @Test("57: cancelApproval needs an approval; reject on an approved request points to it")
    func cancelApproval() throws {
        let fixture = try Fixture()
        var machine = try fixture.make(.needsApproval)
        #expect(refusal { () throws(Refusal) in try fixture.decide(&machine, .cancelApproval) } == .requestStatus)
        machine = try fixture.make(.approved)
        let thrown = #expect(throws: Refusal.self) { try fixture.decide(&machine, .reject) }
        #expect(thrown?.kind == .conflict)
        #expect(thrown?.reason.contains("cancelApproval") == true)
    }
}
