import Approvals
import Directory
import EDM
import JSON
import Testing

/// Random walks over approvals of random shapes; after each step the invariants (V numbers of docs/rules.md) hold.
@Suite("Random walks over approvals")
struct ApprovalWalkTests {
    private static let people = ["ann", "bob", "cyd", "dan", "eve", "fay", "gus", "bob2"]

    @Test("V1, V3, V4, V5, V6 and V7 hold after every step", arguments: 0..<150)
    func walk(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var world = World()
        world.control.accounts = ["bob": ["bob2"], "bob2": ["bob"]]
        for name in Self.people {
            world.edges.append(World.member(name, of: ["approvers", "seconds"].randomElement(using: &random) ?? ""))
        }
        let distinct = Bool.random(using: &random)
        let stages = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            StageDefinition(
                primary: ApproverRequirement(anyOf: [
                    .members(ofGroup: Bool.random(using: &random) ? "approvers" : "seconds")
                ]),
                escalation: Bool.random(using: &random)
                    ? StageDefinition.Escalation(
                        after: .hours(.random(in: 0...60, using: &random)),
                        to: ApproverRequirement(anyOf: [.members(ofGroup: "escalation")])) : nil,
                timeout: .hours(.random(in: 1...50, using: &random)), quorum: .random(in: 1...3, using: &random))
        }
        var machine = try world.open(stages, switches: ApprovalSwitches(distinctPersons: distinct))
        var now = World.start
        var ended = false
        for _ in 0..<40 {
            let before = machine
            now = now + .minutes(.random(in: 0...300, using: &random))
            var facts = world.facts(Self.people.randomElement(using: &random) ?? "", at: now)
            if Int.random(in: 0..<5, using: &random) == 0 { facts.parties.add([World.user("gus")], as: .initiator) }
            do throws(Refusal) {
                let effects: [ApprovalEffect]
                switch Int.random(in: 0..<12, using: &random) {
                case 0: effects = machine.advance(to: now)
                case 1 where seed % 3 == 0: effects = try machine.cancel(at: now)
                default:
                    let stage = Int.random(in: 0..<stages.count, using: &random)
                    let decider = try machine.eligibleDecider(facts, stage: stage)
                    let choice: DecisionChoice = Int.random(in: 0..<6, using: &random) == 0 ? .deny : .approve
                    effects = try machine.decide(choice, by: decider, justification: nil)
                    #expect(decider.controllers.isDisjoint(with: decider.parties.principals), "V1")
                    #expect(decider.parties.principals.isSuperset(of: before.parties.principals), "V1")
                }
                #expect(!ended || effects.isEmpty, "V4: an ended approval stays as it is")
            } catch { #expect(machine == before, "a refusal changes nothing") }
            ended = machine.state != .pending
            try check(machine, distinct: distinct)
        }
    }

    private func check(_ machine: ApprovalMachine, distinct: Bool) throws {
        #expect(try ApprovalMachine(json: machine.json) == machine)
        #expect((machine.nextTimer == nil) == (machine.state != .pending))
        var isOver = false
        var previousEnd = World.start
        for (index, stage) in machine.stages.enumerated() {
            let quorum = machine.definition.stages[index].quorum
            let decisions = stage.run?.decisions ?? []
            let approvals = decisions.filter { $0.choice == .approve }
            #expect(decisions.allSatisfy { $0.decidedAt < stage.run?.deadline ?? World.start }, "V5")
            for (position, decision) in approvals.enumerated() {
                #expect(
                    approvals[..<position].allSatisfy { $0.controllers.isDisjoint(with: decision.controllers) }, "V3")
            }
            switch stage {
            case .initializing: isOver = true
            case .inProgress(let run):
                #expect(!isOver && run.start == previousEnd, "V6")
                #expect(approvals.count < quorum && decisions.count == approvals.count, "V3")
                isOver = true
            case .closed(let run, let outcome, let end):
                #expect((run != nil) != isOver, "V6")
                if let run { #expect(run.start == previousEnd, "V6") }
                switch outcome {
                case .approved: #expect(approvals.count == quorum && decisions.count == quorum, "V3")
                case .denied: #expect(decisions.last?.choice == .deny && decisions.count == approvals.count + 1, "V3")
                case .timedOut: #expect(end == run?.deadline, "V5")
                case .cancelled, .notReached: #expect(decisions.count == approvals.count)
                }
                if outcome != .approved { isOver = true }
                previousEnd = end
            }
        }
        guard distinct else { return }
        let all = machine.decisions
        for (index, decision) in all.enumerated() {
            #expect(all[..<index].allSatisfy { $0.controllers.isDisjoint(with: decision.controllers) }, "V7")
        }
    }
}

extension Duration {
    static func minutes(_ minutes: Int64) -> Duration { .seconds(minutes * 60) }
}
