import Approvals
import Directory
import EDM
import MultiAdminApproval
import Testing

/// Random walks over a request; after each step the invariants (V numbers of docs/rules.md) hold.
@Suite("Random walks over requests")
struct OperationApprovalRequestWalkTests {
    private struct Log {
        var path: [OperationApprovalRequestStatus] = [.needsApproval]
        var executions = 0
        var releases = 0
    }

    @Test("V1, V3, V4, V5, V9, V14 and V15 hold after every step", arguments: 0..<200)
    func walk(seed: Int) throws {
        var random = SplitMix(seed: UInt64(seed))
        var fixture = try Fixture()
        fixture.filing.quorum = Int.random(in: 1...2, using: &random)
        fixture.control.accounts = ["abe": ["abe2"], "abe2": ["abe"]]
        fixture.edges.append(Fixture.member("abe2", of: Fixture.approvers))
        var machine = try fixture.file()
        let filed = machine
        var log = Log()
        var now = Fixture.start
        for _ in 0..<30 {
            let before = machine
            now = now + .seconds(.random(in: 0...40_000, using: &random))
            do throws(Refusal) {
                let effects = try step(&machine, fixture, now, &random, &log)
                record(effects, in: &log)
            } catch { #expect(machine == before, "a refusal changes nothing: \(error)") }
            try check(machine, filed, log, before)
            machine = try OperationApprovalRequestMachine(machine.document, machine.internals)
        }
    }

    private func step(
        _ machine: inout OperationApprovalRequestMachine, _ fixture: Fixture, _ now: Instant, _ random: inout SplitMix,
        _ log: inout Log
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        let names = ["abe", "abe2", "bea", "rita", "nat"]
        let who = Fixture.user(names.randomElement(using: &random) ?? "")
        switch Int.random(in: 0..<14, using: &random) {
        case 0...4: return try fixture.decide(&machine, .approve, by: who, at: now)
        case 5: return try fixture.decide(&machine, .reject, by: who, at: now)
        case 6: return try fixture.decide(&machine, .cancelApproval, by: who, at: now)
        case 7: return try machine.cancelMyRequest(by: who, at: now)
        case 8...10:
            let call = try? Fixture.call { $0.requestor = who }
            guard let call else { return [] }
            switch try machine.complete(call, at: now) {
            case .executing(let call, let effects):
                #expect(call == machine.internals.operation, "V14")
                #expect(effects.first == .statusChanged(from: .approved, to: .completed), "V15")
                log.executions += 1
                return effects
            case .stillWaiting: return []
            }
        case 11: return try machine.delete(by: who, control: fixture.control, at: now)
        default: return machine.advance(to: now)
        }
    }

    private func record(_ effects: [OperationApprovalRequestEffect], in log: inout Log) {
        for effect in effects {
            switch effect {
            case .statusChanged(let from, let to):
                #expect(from == log.path.last, "V4")
                log.path.append(to)
            case .lockReleased: log.releases += 1
            case .lockTaken, .hidden: break
            }
        }
    }

    private func check(
        _ machine: OperationApprovalRequestMachine, _ filed: OperationApprovalRequestMachine, _ log: Log,
        _ before: OperationApprovalRequestMachine
    ) throws {
        for (from, to) in zip(log.path, log.path.dropFirst()) {
            #expect(OperationApprovalRequestStatus.transitions.contains { $0 == (from, to) }, "V4")
        }
        #expect(machine.status == log.path.last, "V4")
        #expect(log.executions == (log.path.contains(.completed) ? 1 : 0), "V14")
        #expect(log.releases == (machine.status.isActive ? 0 : 1))
        for (index, decision) in machine.decisions.enumerated() {
            #expect(decision.controllers.isDisjoint(with: machine.parties.principals), "V1")
            #expect(decision.decidedAt < machine.deadline, "V5")
            #expect(
                machine.decisions[..<index].allSatisfy { $0.controllers.isDisjoint(with: decision.controllers) }, "V3")
        }
        if log.path.contains(.approved) {
            #expect(
                machine.decisions.count { $0.choice == .approve }
                    == machine.internals.approval.definition.stages[0].quorum)
        }
        #expect(machine.parties.principals.isSuperset(of: before.parties.principals), "V1")
        if machine.status == .expired { #expect(machine.document.lastModifiedDateTime == machine.deadline, "V5") }
        if before.isHidden { #expect(machine == before, "V4") }
        #expect(machine.internals.operation == filed.internals.operation, "V9")
        #expect(machine.internals.policies == filed.internals.policies, "V9")
        #expect(machine.document.requestor == filed.document.requestor, "V9")
        #expect(machine.document.requestJustification == filed.document.requestJustification, "V9")
        #expect(machine.document.expirationDateTime == filed.document.expirationDateTime, "V9")
        #expect(machine.document.requestDateTime == filed.document.requestDateTime, "V9")
    }
}

/// A generator of the same numbers for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
