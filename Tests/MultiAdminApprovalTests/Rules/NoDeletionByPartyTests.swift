import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

@Suite("No deletion by a party (R36)")
struct NoDeletionByPartyTests {
    @Test(
        "the requestor, and who can act as the requestor, can't delete a request in any status",
        arguments: Fixture.Target.allCases)
    func party(target: Fixture.Target) throws {
        var fixture = try Fixture()
        fixture.control.accounts = ["rita2": ["rita"]]
        var machine = try fixture.make(target)
        let before = machine
        for name in ["rita", "rita2"] {
            let code = refusal { () throws(Refusal) in
                try machine.delete(by: Fixture.user(name), control: fixture.control, at: Fixture.start + .hours(5))
            }
            #expect(code == (target == .hidden ? .requestNotFound : .noDeletionByParty))
        }
        #expect(machine == before)
    }
}
