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
