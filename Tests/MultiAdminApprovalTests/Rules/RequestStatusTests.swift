import Approvals
import MultiAdminApproval
import Testing

@Suite("The status that an action needs")
struct RequestStatusTests {
    /// Which actions each status allows.
    private static func allowed(in status: OperationApprovalRequestStatus) -> [RequestStatus.Action] {
        switch status {
        case .needsApproval: [.approve, .reject, .cancelMyRequest]
        case .approved: [.cancelApproval, .cancelMyRequest]
        case .rejected, .cancelled, .completed, .expired: [.delete]
        case .unknown, .unknownFutureValue: []
        }
    }

    @Test(
        "each status allows its actions; any other is 409, names the status and says what helps",
        arguments: RequestStatus.Action.allCases, OperationApprovalRequestStatus.allCases)
    func table(action: RequestStatus.Action, status: OperationApprovalRequestStatus) throws {
        guard !Self.allowed(in: status).contains(action) else { return try RequestStatus.check(action, in: status) }
        let thrown = #expect(throws: Refusal.self) { try RequestStatus.check(action, in: status) }
        #expect(thrown?.code == .requestStatus)
        #expect(thrown?.kind == .conflict)
        #expect(thrown?.reason.contains("'\(status.rawValue)'") == true)
        #expect(thrown?.reason.hasSuffix(".") == true)
    }

    @Test("57: cancelApproval before an approval points to reject; reject of what is approved points to cancelApproval")
    func remedies() throws {
        var thrown = #expect(throws: Refusal.self) { try RequestStatus.check(.cancelApproval, in: .needsApproval) }
        #expect(thrown?.reason.contains("use reject") == true)
        let fixture = try Fixture()
        var machine = try fixture.make(.approved)
        thrown = #expect(throws: Refusal.self) { try fixture.decide(&machine, .reject) }
        #expect(thrown?.kind == .conflict)
        #expect(thrown?.reason.contains("cancelApproval") == true)
    }
}
