import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("Changes of policies (R6)")
struct PolicyChangeTests {
    private func role(_ name: String) -> ApproverEdge {
        ApproverEdge(
            .role, from: ApproverNode(.user, name), to: ApproverNode(.role, "intuneAdministrator"),
            writtenBy: Fixture.user("admin"), writtenAt: Fixture.start - .days(9))
    }

    private func codes(changing policy: Document<PolicySnapshot>?) throws -> [RefusalCode?] {
        var fixture = try Fixture()
        fixture.edges += ["abe", "boss", "rita"].map(role) + [Fixture.member("new", of: Fixture.others), role("new")]
        fixture.filing.requirement = PolicyChange.requirement(
            approvalRoles: ["globalAdministrator", "intuneAdministrator"], changing: policy)
        let machine = try fixture.file()
        return ["abe", "bea", "boss", "new", "rita"].map { name in
            refusal { () throws(Refusal) in try machine.eligibleDecider(fixture.facts(Fixture.user(name))) }
        }
    }

    @Test("creating needs the permission, and somebody other than the creator")
    func create() throws {
        #expect(try codes(changing: nil) == [nil, .approverResolution, nil, nil, .noSelfDecision])
    }

    @Test("100: changing needs the permission and the groups of the policy as it was; the new groups authorise nothing")
    func change() throws {
        let old = try AllRequiredTypesTests.policy("p", .script, [Fixture.approvers])
        #expect(
            try codes(changing: old)
                == [nil, .approverResolution, .approverResolution, .approverResolution, .noSelfDecision])
    }

    @Test("without a role that carries the permission nobody can approve")
    func noRoles() {
        #expect(PolicyChange.requirement(approvalRoles: [], changing: nil).isClosed)
    }
}
