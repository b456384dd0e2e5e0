import Approvals
import Directory
import EDM
import JSON
import Testing

/// A small directory: ann asks; bob and cyd are members of `approvers`, dan of `seconds`, eve of `escalation`, fay of
/// `backup`; gus is nobody's member. Everything was written by an administrator long before.
struct World {
    static let start = Instant(microseconds: 1_800_000_000_000_000)
    static let longAgo = start - .days(100)
    static let administrator = Principal(.user, "admin")

    var edges: [ApproverEdge] = [
        member("bob", of: "approvers"), member("cyd", of: "approvers"), member("dan", of: "seconds"),
        member("eve", of: "escalation"), member("fay", of: "backup"), member("ann", of: "approvers"),
    ]
    var control = ControlFacts()
    var parties = Parties([user("ann"): [.filer, .requestor]])

    static func user(_ name: String) -> Principal { Principal(.user, name) }
    static func group(_ name: String) -> ApproverNode { ApproverNode(.group, name) }

    static func member(
        _ name: String, _ kind: ApproverNode.Kind = .user, of group: String, by writer: Principal = administrator,
        at instant: Instant = longAgo, until end: Instant? = nil
    ) -> ApproverEdge {
        ApproverEdge(
            .member, from: ApproverNode(kind, name), to: Self.group(group), writtenBy: writer, writtenAt: instant,
            endsAt: end)
    }

    func facts(
        _ principal: Principal, at now: Instant = start + .hours(1), inForce: ApproverRequirement? = nil
    ) -> DeciderFacts {
        DeciderFacts(decider: Decider(principal), control: control, edges: edges, inForce: inForce, now: now)
    }

    func facts(_ name: String, at now: Instant = start + .hours(1)) -> DeciderFacts {
        facts(Self.user(name), at: now)
    }

    func open(
        _ stages: [StageDefinition], switches: ApprovalSwitches = ApprovalSwitches(), opening: StageOpening = .live
    ) throws -> ApprovalMachine {
        ApprovalMachine.open(
            try ApprovalDefinition(stages: stages, switches: switches), parties: parties, opening: opening,
            at: Self.start
        ).machine
    }

    func open(_ stage: StageDefinition = Self.stage()) throws -> ApprovalMachine { try open([stage]) }

    static func stage(
        _ sets: [ApproverSet] = [.members(ofGroup: "approvers")], quorum: Int = 1, justification: Bool = false
    ) -> StageDefinition {
        StageDefinition(
            primary: ApproverRequirement(anyOf: sets), timeout: .days(4), quorum: quorum,
            isJustificationRequired: justification)
    }

    /// Judges and decides in one go.
    func decide(
        _ machine: inout ApprovalMachine, _ name: String, _ choice: DecisionChoice = .approve, stage: Int = 0,
        at now: Instant = start + .hours(1), justification: String? = "fine", opening: StageOpening = .live
    ) throws(Refusal) -> [ApprovalEffect] {
        let decider = try machine.eligibleDecider(facts(name, at: now), stage: stage)
        return try machine.decide(choice, by: decider, justification: justification, opening: opening)
    }
}

/// The code of the refusal that a step throws; nil where it goes through.
func refusal(of step: () throws(Refusal) -> some Any) -> RefusalCode? {
    do {
        _ = try step()
        return nil
    } catch { return error.code }
}

/// A generator of the same numbers for the same seed (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
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
