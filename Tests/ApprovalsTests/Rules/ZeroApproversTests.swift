import Approvals
import EDM
import Testing

@Suite("Zero approvers (R34)")
struct ZeroApproversTests {
    private let administrators = ApproverRequirement(anyOf: [.holders(ofRole: "pra")])

    @Test("none configured means the documented default, or closed where there is none")
    func notConfigured() {
        #expect(ConfiguredApprovers(anyOf: []) == .notConfigured)
        #expect(ZeroApprovers.requirement(.notConfigured, documentedDefault: administrators) == administrators)
        #expect(ZeroApprovers.requirement(.notConfigured, documentedDefault: nil).isClosed)
    }

    @Test("configured approvers never turn into the default")
    func configured() {
        let configured = ConfiguredApprovers(anyOf: [.members(ofGroup: "empty")])
        #expect(configured != .notConfigured)
        #expect(
            ZeroApprovers.requirement(configured, documentedDefault: administrators)
                == ApproverRequirement(anyOf: [.members(ofGroup: "empty")]))
        #expect(ZeroApprovers.requirement(.configured(.closed), documentedDefault: administrators).isClosed)
    }

    @Test(
        "a requirement that nobody can meet never means everybody",
        arguments: [
            ApproverRequirement.closed, ApproverRequirement(allOf: [[]]),
            ApproverRequirement(allOf: [[.user("bob")], []]),
        ]
    )
    func closed(requirement: ApproverRequirement) throws {
        let world = World()
        var machine = try world.open(StageDefinition(primary: requirement, timeout: .days(1)))
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("bob"), stage: 0) }
                == .zeroApprovers)
        #expect(machine.advance(to: World.start + .days(1)) == [.stageClosed(0, .timedOut), .timedOut])
    }

    @Test("a group known to be empty opens the stage closed, with a warning")
    func emptyGroup() throws {
        let set = ApproverSet.members(ofGroup: "empty")
        let world = World()
        let (machine, effects) = ApprovalMachine.open(
            ApprovalDefinition(singleStage: World.stage([set])), parties: world.parties,
            opening: StageOpening([.unresolved(set, .missing, causedByParty: false)]), at: World.start)
        #expect(effects == [.stageOpened(0, .nobody, deadline: World.start + .days(4))])
        #expect(
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts("bob"), stage: 0) }
                == .zeroApprovers)
    }

    @Test("what two requirements ask for is closed if one of them is")
    func and() {
        #expect(administrators.and(.closed).isClosed)
        #expect(ApproverRequirement.closed.and(administrators).isClosed)
        #expect(administrators.and(administrators) == administrators)
    }
}
