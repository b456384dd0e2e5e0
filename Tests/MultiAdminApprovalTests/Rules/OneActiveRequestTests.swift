import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("One active request per entity (V18)")
struct OneActiveRequestTests {
    @Test("a second request for an entity is 409 in the service's words; a create is none")
    func second() throws {
        var fixture = try Fixture()
        fixture.filing.hasActiveRequest = true
        let thrown = #expect(throws: Refusal.self) { try fixture.file() }
        #expect(thrown?.kind == .conflict)
        #expect(thrown?.reason.hasPrefix(OneActiveRequest.message) == true)
        fixture.filing.operation = try Fixture.call { $0.targets = [] }
        #expect(throws: Never.self) { try fixture.file() }
    }

    @Test("22: the lock is that of active requests", arguments: Fixture.Target.allCases)
    func active(target: Fixture.Target) throws {
        let status = try Fixture().make(target).status
        #expect(status.isActive == (target == .needsApproval || target == .approved))
    }
}
