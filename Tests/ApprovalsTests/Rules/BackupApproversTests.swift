import Approvals
import Directory
import EDM
import Testing

@Suite("Backup approvers (R3)")
struct BackupApproversTests {
    private let manager = ApproverSet.manager(of: .requestor, level: 1)
    private let mia = ApproverNode(.user, "mia"), ann = ApproverNode(.user, "ann")

    private func open(_ resolution: SetResolution?) throws -> (World, ApprovalMachine, [ApprovalEffect]) {
        var world = World()
        world.edges.append(
            ApproverEdge(.manager, from: mia, to: ann, writtenBy: World.administrator, writtenAt: World.longAgo))
        let stage = StageDefinition(
            primary: ApproverRequirement(anyOf: [manager]),
            backup: ApproverRequirement(anyOf: [.members(ofGroup: "backup")]), timeout: .days(4))
        let (machine, effects) = ApprovalMachine.open(
            try ApprovalDefinition(stages: [stage]), parties: world.parties,
            opening: StageOpening([resolution].compactMap(\.self)), at: World.start)
        return (world, machine, effects)
    }

    private func codes(_ world: World, _ machine: ApprovalMachine) -> [RefusalCode?] {
        ["mia", "fay"].map { name in
            refusal { () throws(Refusal) in try machine.eligibleDecider(world.facts(name), stage: 0) }
        }
    }

    @Test("where the primary approvers are resolved, backup approvers are refused")
    func resolved() throws {
        let (world, machine, effects) = try open(.named(manager, holders: [mia], subject: ann))
        #expect(codes(world, machine) == [nil, .backupApprovers])
        #expect(effects == [.stageOpened(0, .primary, deadline: World.start + .days(4))])
    }

    @Test("where they are unresolved, backup approvers step in")
    func unresolved() throws {
        let (world, machine, effects) = try open(.unresolved(manager, .missing, causedByParty: false))
        #expect(codes(world, machine) == [.approverResolution, nil])
        #expect(effects == [.stageOpened(0, .backup, deadline: World.start + .days(4))])
    }

    @Test("where a party caused the emptiness, nobody steps in")
    func causedByParty() throws {
        let (world, machine, effects) = try open(.unresolved(manager, .recentlyWrittenByParty, causedByParty: true))
        #expect(codes(world, machine) == [.zeroApprovers, .backupApprovers])
        #expect(effects == [.stageOpened(0, .nobody, deadline: World.start + .days(4))])
    }

    @Test("a manager of whom the workflow told nothing keeps the stage closed")
    func unknown() throws {
        let (world, machine, _) = try open(nil)
        #expect(codes(world, machine) == [.zeroApprovers, .backupApprovers])
    }

    @Test("a manager whom nobody names is unresolved")
    func empty() throws {
        let (_, machine, _) = try open(.named(manager, holders: [], subject: ann))
        #expect(machine.current?.run.usesBackup == true)
    }
}
