import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("No change locks everybody out (R11)")
struct NoLockoutTests {
    private static let bystander = NoLockout.Candidate(isParty: false, mayApprovePolicies: false)
    private static let administrator = NoLockout.Candidate(isParty: false, mayApprovePolicies: true)

    @Test("somebody who isn't a party is enough for any type but role")
    func bystander() {
        for type in OperationApprovalPolicyType.allCases {
            #expect(NoLockout.suffices(Self.bystander, for: type) == (type != .role))
            #expect(NoLockout.suffices(Self.administrator, for: type))
        }
    }

    @Test("a party to the change never is", arguments: [true, false])
    func party(mayApprovePolicies: Bool) {
        let party = NoLockout.Candidate(isParty: true, mayApprovePolicies: mayApprovePolicies)
        for type in OperationApprovalPolicyType.allCases { #expect(!NoLockout.suffices(party, for: type)) }
    }

    @Test("the refusal names the policy")
    func named() throws {
        let policy = try Document<OperationApprovalPolicy> {
            $0.id = "p1"
            $0.displayName = "Scripts"
            $0.lastModifiedDateTime = Fixture.start
            $0.policyType = .script
            $0.approverGroupIds = [Fixture.approvers]
        }
        let refusal = NoLockout.refusal(policy)
        #expect(refusal.code == .noLockout)
        #expect(refusal.kind == .conflict)
        #expect(refusal.reason.contains("'Scripts' (p1)"))
    }
}
