import Approvals
import Directory
import Testing

@Suite("Who may send a decision (R13)")
struct WhoMaySendADecisionTests {
    private let app = Principal(.servicePrincipal, "app")

    private func machine(allowed: Bool, edge: ApproverEdge) throws -> (World, ApprovalMachine) {
        var world = World()
        world.edges.append(edge)
        return (world, try world.open([World.stage()], switches: ApprovalSwitches(appOnlyApproval: allowed)))
    }

    @Test("an application can't decide by default")
    func byDefault() throws {
        let (world, machine) = try machine(
            allowed: false, edge: World.member("app", .servicePrincipal, of: "approvers"))
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(app), stage: 0) }
                == .whoMaySendADecision)
    }

    @Test("with appOnlyApproval a direct member of the group decides")
    func directMember() throws {
        let (world, machine) = try machine(
            allowed: true, edge: World.member("app", .servicePrincipal, of: "approvers"))
        #expect(refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(app), stage: 0) } == nil)
    }

    @Test("with appOnlyApproval a nested member doesn't")
    func nestedMember() throws {
        var (world, machine) = try machine(allowed: true, edge: World.member("app", .servicePrincipal, of: "inner"))
        world.edges.append(World.member("inner", .group, of: "approvers"))
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(app), stage: 0) }
                == .approverResolution)
    }

    @Test("groups and the system never decide", arguments: [Principal.system, Principal(.group, "approvers")])
    func noPerson(principal: Principal) throws {
        let (world, machine) = try machine(allowed: true, edge: World.member("inner", .group, of: "approvers"))
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(principal), stage: 0) }
                == .whoMaySendADecision)
    }
}
