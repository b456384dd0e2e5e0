import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("cancelMyRequest is the requestor's")
struct RequestorOnlyTests {
    @Test(
        "53: anybody else is refused, whatever the status, even with the same id as another kind",
        arguments: [Fixture.user("abe"), Principal(.servicePrincipal, "rita"), .system], Fixture.Target.allCases)
    func others(caller: Principal, target: Fixture.Target) throws {
        var machine = try Fixture().make(target)
        let before = machine
        let code = refusal { () throws(Refusal) in
            try machine.cancelMyRequest(by: caller, at: Fixture.start + .hours(2))
        }
        #expect(code == (target == .hidden ? .requestNotFound : .requestorOnly))
        #expect(machine == before)
    }

    @Test("an application cancels what it filed")
    func application() throws {
        var fixture = try Fixture()
        let app = Principal(.servicePrincipal, "app")
        fixture.filing.operation = try Fixture.call { $0.requestor = app }
        var machine = try fixture.file()
        _ = try machine.cancelMyRequest(by: app, at: Fixture.start + .hours(1))
        #expect(machine.status == .cancelled)
    }
}
