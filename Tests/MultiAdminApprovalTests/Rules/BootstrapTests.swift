import Approvals
import MultiAdminApproval
import Testing

@Suite("The first access policy of a new tenant (R9)")
struct BootstrapTests {
    private func code(
        _ operation: String = "operationApprovalPolicy.create", isClosed: Bool = false, isRight: Bool = true,
        isFresh: Bool = true
    ) -> RefusalCode? {
        refusal { () throws(Refusal) in
            try Bootstrap.check(operation: operation, isClosed: isClosed, isRight: isRight, isFresh: isFresh)
        }
    }

    @Test("the right token opens the creation of a policy, and nothing else does")
    func table() {
        #expect(code() == nil)
        #expect(code("operationApprovalPolicy.update") == .bootstrap)
        #expect(code("managedDevice.wipe") == .bootstrap)
        #expect(code(isClosed: true) == .bootstrap)
        #expect(code(isRight: false) == .bootstrap)
        #expect(code(isFresh: false) == .bootstrap)
        #expect(RefusalCode.bootstrap.kind == .forbidden)
    }
}
