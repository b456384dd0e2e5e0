import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("Excluded applications (multi-admin-approval.md §3.4)")
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

    @Test("16: an excluded application writes at once, another doesn't")
    func application() throws {
        let policies = [try policy("1", excluding: [app.uppercased()])]
        #expect(ExcludedApplication.guarding(policies, against: Principal(.servicePrincipal, app)).isEmpty)
        #expect(ExcludedApplication.guarding(policies, against: Principal(.servicePrincipal, "other")).count == 1)
    }

    @Test("17: a person is guarded, whatever application they use")
    func person() throws {
        #expect(
            ExcludedApplication.guarding([try policy("1", excluding: [app])], against: Principal(.user, app)).count == 1
        )
    }

    @Test("an exclusion from one policy doesn't open another")
    func otherPolicy() throws {
        let policies = [try policy("1", excluding: [app]), try policy("2")]
        #expect(ExcludedApplication.guarding(policies, against: Principal(.servicePrincipal, app)).map(\.id) == ["2"])
    }
}
