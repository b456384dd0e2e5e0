import Approvals
import Directory
import MultiAdminApproval
import Testing

@Suite("Break-glass (R10)")
struct BreakGlassTests {
    @Test("one is open at a time")
    func one() {
        #expect(refusal { () throws(Refusal) in try BreakGlass.check(isAnotherOpen: false) } == nil)
        #expect(refusal { () throws(Refusal) in try BreakGlass.check(isAnotherOpen: true) } == .breakGlass)
    }

    @Test("a policy is suspended for an hour at most")
    func suspension() {
        for (seconds, isFine) in [(1, true), (3600, true), (3601, false), (0, false), (-1, false)] {
            let code = refusal { () throws(Refusal) in try BreakGlass.check(suspension: .seconds(seconds)) }
            #expect((code == nil) == isFine, "\(seconds)")
        }
    }

    @Test("whoever broke the glass doesn't review it, with whatever account")
    func reviewer() {
        let ann: Set<Principal> = [Fixture.user("ann"), Fixture.user("ann-admin")]
        #expect(
            refusal { () throws(Refusal) in
                try BreakGlass.check(reviewer: [Fixture.user("ann-admin")], opener: ann)
            } == .breakGlass)
        #expect(
            refusal { () throws(Refusal) in try BreakGlass.check(reviewer: [Fixture.user("ben")], opener: ann) } == nil)
    }

    @Test("an emergency's approval asks no approver group, and still isn't a party's")
    func decider() throws {
        let fixture = try Fixture()
        let machine = try fixture.file()
        let outsider = try machine.breakGlassDecider(fixture.facts(Fixture.user("outsider")))
        var approved = machine
        _ = try approved.approve(by: outsider, as: nil, justification: "Fire")
        #expect(approved.status == .approved)
        #expect(
            refusal { () throws(Refusal) in
                try machine.breakGlassDecider(fixture.facts(Fixture.user("rita")))
            } == .noSelfDecision)
    }
}
