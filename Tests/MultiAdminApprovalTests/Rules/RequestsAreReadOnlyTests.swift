import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Requests are read-only")
struct RequestsAreReadOnlyTests {
    @Test("105: no property of a request is a client's to write, status least of all")
    func properties() {
        #expect(OperationApprovalRequest.properties.allSatisfy { $0.traits.contains(.readOnly) })
        #expect(RequestsAreReadOnly.refusal.kind == .invalid)
    }
}
