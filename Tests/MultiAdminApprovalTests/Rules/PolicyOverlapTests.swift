import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Overlapping policies (R6)")
struct PolicyOverlapTests {
    private func policy(
        _ id: String, _ type: OperationApprovalPolicyType, _ platform: OperationApprovalPolicyPlatform
    ) throws -> Document<OperationApprovalPolicy> {
        try Document {
            $0.id = id
            $0.displayName = "Policy \(id)"
            $0.lastModifiedDateTime = Fixture.start
            $0.policyType = type
            $0.policyPlatform = platform
            $0.approverGroupIds = [Fixture.approvers]
        }
    }

    private func code(_ other: Document<OperationApprovalPolicy>) throws -> RefusalCode? {
        let mine = try policy("1", .app, [.macOS, .windows10X])
        return refusal { () throws(Refusal) in try PolicyOverlap.check(mine, among: [other]) }
    }

    @Test("a shared platform of one type is 409, and none means all")
    func overlap() throws {
        #expect(try code(policy("2", .app, .macOS)) == .policyOverlap)
        #expect(try code(policy("2", .app, .notApplicable)) == .policyOverlap)
        #expect(try code(policy("2", .app, [.iOSiPadOS, .windows10X])) == .policyOverlap)
    }

    @Test("other platforms, other types and the policy itself are no overlap")
    func none() throws {
        #expect(try code(policy("2", .app, .iOSiPadOS)) == nil)
        #expect(try code(policy("2", .script, .macOS)) == nil)
        #expect(try code(policy("1", .app, .macOS)) == nil)
    }

    @Test("the refusal names the other policy, the same one whatever the order")
    func names() throws {
        let mine = try policy("1", .app, .macOS),
            others = [try policy("9", .app, .macOS), try policy("5", .app, .macOS)]
        for others in [others, others.reversed()] {
            let thrown = #expect(throws: Refusal.self) { try PolicyOverlap.check(mine, among: others) }
            #expect(thrown?.reason.contains("'Policy 5'") == true)
        }
    }
}
