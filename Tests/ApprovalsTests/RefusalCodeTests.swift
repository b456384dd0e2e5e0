import Approvals
import Testing

@Suite("Codes of refusals")
struct RefusalCodeTests {
    @Test("two codes are equal by their names alone")
    func equality() {
        let one = RefusalCode("planted", .invalid), other = RefusalCode("planted", .conflict, wire: (400, "Planted"))
        #expect(one == other)
        #expect(Set([one, other, .noSelfDecision]).count == 2)
        switch Refusal(.noSelfDecision, "").code {
        case .activeApprover: Issue.record("a code matches its own name only")
        case .noSelfDecision: break
        default: Issue.record("a code matches its name")
        }
    }

    @Test(
        "refusals of right and of state are recorded, others where their code says so",
        arguments: Refusal.Kind.allCases)
    func recorded(kind: Refusal.Kind) {
        #expect(RefusalCode("planted", kind).isRecorded == (kind == .forbidden || kind == .conflict))
        #expect(RefusalCode("planted", kind, isRecorded: true).isRecorded)
        #expect(!RefusalCode("planted", kind, isRecorded: false).isRecorded)
    }
}
