import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("Approver groups are plain security groups (R3)")
struct ApproverGroupsTests {
    private func code(_ change: (inout Document<Group>) -> Void) throws -> RefusalCode? {
        var group = try Document<Group> {
            $0.id = Fixture.approvers
            $0.displayName = "Approvers"
            $0.mailEnabled = false
            $0.securityEnabled = true
        }
        change(&group)
        return refusal { () throws(Refusal) in try ApproverGroups.check(Fixture.approvers, group) }
    }

    @Test("96: an existing security group is fine, anything else isn't")
    func kinds() throws {
        #expect(try code { _ in } == nil)
        #expect(try code { $0.securityEnabled = false } == .approverGroups)
        #expect(try code { $0.mailEnabled = true } == .approverGroups)
        #expect(try code { $0.groupTypes = ["Unified"] } == .approverGroups)
        #expect(try code { $0.groupTypes = ["DynamicMembership"] } == .approverGroups)
        let unknown = refusal { () throws(Refusal) in try ApproverGroups.check(Fixture.approvers, nil) }
        #expect(unknown == .approverGroups)
        #expect(unknown?.kind == .invalid)
    }
}
