import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("No change locks everybody out (R11)")
struct NoLockoutTests {
    private static let parties: Set = [Fixture.user("rita")]

    private static func candidate(
        _ change: (inout Decider) -> Void = { _ in }, actingAs accounts: [String] = [], roles: Set<String> = []
    ) -> NoLockout.Candidate {
        var account = Decider(Fixture.user("abe"))
        change(&account)
        return NoLockout.Candidate(
            account, controllers: Set(([account.principal.id] + accounts).map(Fixture.user)), roles: roles)
    }

    private static func suffices(_ candidate: NoLockout.Candidate, _ type: OperationApprovalPolicyType) -> Bool {
        NoLockout.suffices(candidate, for: type, besides: parties)
    }

    @Test("somebody who isn't a party is enough, for the type role somebody who may approve policies")
    func bystander() {
        for type in OperationApprovalPolicyType.allCases {
            #expect(Self.suffices(Self.candidate(), type) == (type != .role))
            for role in DirectoryRoles.deviceAdministrators {
                #expect(Self.suffices(Self.candidate(roles: [role]), type))
            }
            #expect(Self.suffices(Self.candidate(roles: [DirectoryRoles.globalReader]), type) == (type != .role))
        }
    }

    @Test("a party to the change never is, by whatever account, nor who is disabled, deleted or a guest")
    func others() {
        let roles = DirectoryRoles.deviceAdministrators
        for candidate in [
            Self.candidate({ $0.principal = Fixture.user("rita") }, roles: roles),
            Self.candidate(actingAs: ["abe2", "rita"], roles: roles),
            Self.candidate({ $0.isEnabled = false }, roles: roles),
            Self.candidate({ $0.isDeleted = true }, roles: roles), Self.candidate({ $0.isGuest = true }, roles: roles),
        ] {
            for type in OperationApprovalPolicyType.allCases { #expect(!Self.suffices(candidate, type)) }
        }
    }

    @Test("one of many is enough; without one the answer is 409 and names the policy")
    func check() throws {
        let policy = try Document<OperationApprovalPolicy> {
            $0.id = "p1"
            $0.displayName = "Scripts"
            $0.lastModifiedDateTime = Fixture.start
            $0.policyType = .script
            $0.approverGroupIds = [Fixture.approvers]
        }
        let disabled = Self.candidate { $0.isEnabled = false }
        try NoLockout.check(policy, candidates: [disabled, Self.candidate()], besides: Self.parties)
        for candidates in [[], [disabled]] {
            let thrown = #expect(throws: Refusal.self) {
                try NoLockout.check(policy, candidates: candidates, besides: Self.parties)
            }
            #expect(thrown?.code == .noLockout)
            #expect(thrown?.kind == .conflict)
            #expect(thrown?.reason.contains("'Scripts' (p1)") == true)
        }
    }
}
