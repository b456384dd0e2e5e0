import Approvals
import Directory
import Testing

@Suite("Active approvers only (R3)")
struct ActiveApproverTests {
    private func code(_ decider: Decider, _ switches: ApprovalSwitches = ApprovalSwitches()) throws -> RefusalCode? {
        let world = World()
        let machine = try world.open([World.stage()], switches: switches)
        var facts = world.facts("bob")
        facts.decider = decider
        return refusal { () throws(Refusal) in try machine.eligibleDecider(facts, stage: 0) }
    }

    @Test("an enabled member of the tenant counts")
    func enabled() throws {
        #expect(try code(Decider(World.user("bob"))) == nil)
    }

    @Test("disabled and deleted users don't")
    func inactive() throws {
        #expect(try code(Decider(World.user("bob"), isEnabled: false)) == .activeApprover)
        #expect(try code(Decider(World.user("bob"), isDeleted: true)) == .activeApprover)
    }

    @Test("guests count only where the policy says so")
    func guests() throws {
        let guest = Decider(World.user("bob"), isGuest: true)
        #expect(try code(guest) == .activeApprover)
        #expect(try code(guest, ApprovalSwitches(guestsMayDecide: true)) == nil)
    }
}
