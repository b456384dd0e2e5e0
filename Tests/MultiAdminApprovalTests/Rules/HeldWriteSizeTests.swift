import Approvals
import MultiAdminApproval
import Testing

@Suite("How large a held write may be")
struct HeldWriteSizeTests {
    @Test(
        "request, object and room for events fit into a change",
        arguments: [(1000, 1000, false), (1001, 1000, true), (1000, 1001, true), (2001, 0, true), (0, 0, false)])
    func table(request: Int, object: Int, isRefused: Bool) {
        let limit = HeldWriteSize.allowance + 2000
        let code = refusal { () throws(Refusal) in
            try HeldWriteSize.check(request: request, object: object, limit: limit)
        }
        #expect(code == (isRefused ? .heldWriteSize : nil))
        #expect(RefusalCode.heldWriteSize.wire?.status == 413)
    }
}
