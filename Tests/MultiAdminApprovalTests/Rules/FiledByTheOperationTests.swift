import Approvals
import Directory
import MultiAdminApproval
import Testing

@Suite("Filed by the operation")
struct FiledByTheOperationTests {
    @Test("106: a POST of a request is 400 and points to the header")
    func post() {
        #expect(FiledByTheOperation.refusal.kind == .invalid)
        #expect(FiledByTheOperation.refusal.reason.contains("x-msft-approval-justification"))
    }

    @Test("whoever files is a party, even where the workflow told of none")
    func filer() throws {
        var fixture = try Fixture()
        fixture.filing.parties = .init()
        #expect(try fixture.file().parties.reasons == [Fixture.user("rita"): [.filer]])
    }
}
