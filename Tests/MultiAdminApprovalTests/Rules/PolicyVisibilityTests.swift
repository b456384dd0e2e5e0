import Directory
import MultiAdminApproval
import Testing

@Suite("Who sees an access policy (R22)")
struct PolicyVisibilityTests {
    @Test("those whom it names by a group of theirs, readers, and applications")
    func table() {
        for (reader, isVisible) in [
            (Reader(Fixture.user("abe"), groups: ["g1", "g3"]), true),
            (Reader(Fixture.user("abe"), groups: ["g3"]), false), (Reader(Fixture.user("g1")), false),
            (Reader(Fixture.user("abe"), roles: [DirectoryRoles.intuneAdministrator]), true),
            (Reader(Fixture.user("abe"), roles: [DirectoryRoles.userAdministrator]), false),
            (Reader(Principal(.servicePrincipal, "app")), true),
        ] {
            #expect(PolicyVisibility.sight(of: reader).covers(["g1", "g2"]) == isVisible, "\(reader)")
        }
    }
}
