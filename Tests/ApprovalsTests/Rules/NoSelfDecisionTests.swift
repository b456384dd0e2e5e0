import Approvals
import Directory
import Testing

@Suite("No self-decision (R1)")
struct NoSelfDecisionTests {
    @Test("a party can't decide, whatever reason makes it one", arguments: Parties.Reason.allCases)
    func party(reason: Parties.Reason) throws {
        var world = World()
        world.parties = Parties([World.user("bob"): [reason]])
        let machine = try world.open()
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("bob"), stage: 0) }
                == .noSelfDecision)
        #expect(refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("cyd"), stage: 0) } == nil)
    }

    @Test("the requestor can't decide as a member of the approver group")
    func requestor() throws {
        let world = World()
        var machine = try world.open()
        let before = machine
        #expect(refusal { () throws(Refusal) in try world.decide(&machine, "ann") } == .noSelfDecision)
        #expect(machine == before)
    }

    @Test("a second account of the requestor's person can't decide")
    func secondAccount() throws {
        var world = World()
        world.control.accounts = ["bob": ["ann"]]
        let machine = try world.open()
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("bob"), stage: 0) }
                == .noSelfDecision)
    }

    @Test("the owner of the application that filed can't decide, also when ownership is given up before deciding")
    func applicationOwner() throws {
        var world = World()
        let app = Principal(.servicePrincipal, "app")
        world.parties = Parties([app: [.filer], World.user("bob"): [.filer]])
        let machine = try world.open()
        world.parties = Parties([app: [.filer]])
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("bob"), stage: 0) }
                == .noSelfDecision)
    }

    @Test("parties found at the decision are united with those at filing, and stay with a recorded decision")
    func partiesGrow() throws {
        let world = World()
        var machine = try world.open(World.stage(quorum: 2))
        var facts = world.facts("bob")
        facts.parties = Parties([World.user("cyd"): [.initiator]])
        let decider = try machine.eligibleDecider(facts, stage: 0)
        #expect(decider.parties.contains(World.user("ann")) && decider.parties.contains(World.user("cyd")))
        _ = try machine.decide(.approve, by: decider, justification: nil)
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("cyd"), stage: 0) }
                == .noSelfDecision)
    }

    @Test("an owner of an application that approves counts as the application")
    func applicationAsDecider() throws {
        var world = World()
        let app = Principal(.servicePrincipal, "app")
        world.control.controlledBy = [app: [ControlFacts.Control(by: World.user("ann"), reason: .credentialCreator)]]
        world.edges.append(World.member("app", .servicePrincipal, of: "approvers"))
        let machine = try world.open([World.stage()], switches: ApprovalSwitches(appOnlyApproval: true))
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(app), stage: 0) } == .noSelfDecision
        )
    }
}
