import Approvals
import Testing

@Suite("How many memberships there may be")
struct MembershipLimitTests {
    @Test(
        "the 250th membership is the last, of a member and of a protected group",
        arguments: [
            (0, 0, false), (249, 249, false), (250, 0, true), (0, 250, true), (249, nil, false), (250, nil, true),
        ] as [(Int, Int?, Bool)])
    func table(groups: Int, siblings: Int?, isRefused: Bool) {
        let code = refusal { () throws(Refusal) in
            try MembershipLimit.check("me", groups: groups, siblings: siblings)
        }
        #expect(code == (isRefused ? .membershipLimit : nil))
    }
}
