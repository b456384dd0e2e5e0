import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("Excluded applications")
struct ExcludedApplicationTests {
    private let app = "44444444-4444-4444-4444-44444444444a"

    private func policy(
        _ id: String, excluding applications: [String] = []
    ) throws -> Document<OperationApprovalPolicy> {
        try Document {
            $0.id = id
            $0.displayName = "Scripts"
            $0.lastModifiedDateTime = Fixture.start
            $0.policyType = .script
            $0.approverGroupIds = [Fixture.approvers]
            $0.countersignExcludedApplicationIds = applications
        }
    }

    private func excludes(
        _ caller: Principal, _ policy: Document<OperationApprovalPolicy>, controls: [String] = [],
        pinned: [String] = []
    ) -> Bool {
        ExcludedApplication.excludes(caller, from: policy, controls: controls, pinned: pinned)
    }

    @Test("16: an excluded application writes at once, another doesn't")
    func application() throws {
        let policy = try policy("1", excluding: [app.uppercased()])
        #expect(excludes(Principal(.servicePrincipal, app), policy))
        #expect(!excludes(Principal(.servicePrincipal, "other"), policy))
    }

    @Test("17: a person is guarded, whatever application they use")
    func person() throws {
        #expect(!excludes(Principal(.user, app), try policy("1", excluding: [app])))
    }

    @Test("an exclusion from one policy doesn't open another")
    func otherPolicy() throws {
        #expect(!excludes(Principal(.servicePrincipal, app), try policy("2")))
    }

    @Test("a new owner or credential suspends the exclusion, one that has gone doesn't")
    func pinned() throws {
        let policy = try policy("1", excluding: [app])
        let caller = Principal(.servicePrincipal, app)
        #expect(excludes(caller, policy, controls: ["owner:a"], pinned: ["owner:a", "credential:b"]))
        #expect(!excludes(caller, policy, controls: ["owner:a", "owner:c"], pinned: ["owner:a", "credential:b"]))
        #expect(!excludes(caller, policy, controls: ["owner:a"], pinned: []))
    }
}
