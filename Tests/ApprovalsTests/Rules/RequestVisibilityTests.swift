import Approvals
import Directory
import Testing

@Suite("Who sees a request (R22)")
struct RequestVisibilityTests {
    private static let audience = RequestVisibility.audience(
        parties: ["rita", "gang"], deciders: ["abe"], approverGroups: ["G-One"])

    @Test("parties, deciders and members of the approver groups see it, and nobody else does")
    func people() {
        for (reader, isVisible) in [
            (Reader(Principal(.user, "rita")), true), (Reader(Principal(.user, "abe")), true),
            (Reader(Principal(.user, "bea"), groups: ["g-one", "g-two"]), true),
            (Reader(Principal(.user, "bea"), groups: ["g-two"]), false),
            (Reader(Principal(.user, "bea")), false),
            // A group's id is no member's, and a user's no group's.
            (Reader(Principal(.user, "g-one")), false), (Reader(Principal(.user, "bea"), groups: ["rita"]), false),
        ] {
            #expect(RequestVisibility.sight(of: reader).covers(Self.audience) == isVisible, "\(reader)")
        }
    }

    @Test("approvers are seen by the sets that the stages name, and by whom those resolved to when a stage began")
    func approvers() throws {
        let manager = ApproverSet.manager(of: .requestor, level: 1)
        let opening = StageOpening([
            .named(manager, holders: [ApproverNode(.user, "boss")], subject: ApproverNode(.user, "ann"))
        ])
        let approval = try World().open(
            [
                World.stage([.user("uma"), .members(ofGroup: "approvers"), manager]),
                World.stage([.holders(ofRole: "role")]),
            ], opening: opening)
        let audience = RequestVisibility.approvers(of: approval)
        for (reader, isVisible) in [
            (Reader(Principal(.user, "uma")), true), (Reader(Principal(.user, "boss")), true),
            (Reader(Principal(.user, "bob"), groups: ["approvers"]), true),
            (Reader(Principal(.user, "dan"), roles: ["role"]), true),
            (Reader(Principal(.user, "dan"), roles: ["other"]), false),
            (Reader(Principal(.user, "dan"), groups: ["role"]), false), (Reader(Principal(.user, "ann")), false),
        ] {
            #expect(RequestVisibility.sight(of: reader).covers(audience) == isVisible, "\(reader)")
        }
        let boss = Reader(Principal(.user, "boss"), roles: ["role"])
        #expect(!RequestVisibility.sight(of: boss, by: [.party, .decider, .approverGroup]).covers(audience))
    }

    @Test("the reading roles and applications see it; roles that only change groups don't")
    func readers() {
        for role in DirectoryRoles.readers {
            let reader = Reader(Principal(.user, "bea"), roles: [role])
            #expect(RequestVisibility.sight(of: reader) == .everything)
        }
        let administrator = Reader(
            Principal(.user, "bea"),
            roles: [DirectoryRoles.privilegedRoleAdministrator, DirectoryRoles.groupsAdministrator])
        #expect(!RequestVisibility.sight(of: administrator).covers(Self.audience))
        #expect(RequestVisibility.sight(of: Reader(Principal(.servicePrincipal, "app"))).covers([]))
    }
}
