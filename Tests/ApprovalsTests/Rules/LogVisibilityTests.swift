import Directory
import Testing

@Suite("Who sees the log (R22)")
struct LogVisibilityTests {
    @Test("people see what they did, readers and applications everything")
    func table() {
        let deeds: [Set<String>] = [["me"], ["other"], []]
        for (reader, seen) in [
            (Reader(Principal(.user, "me")), [true, false, false]),
            (
                Reader(Principal(.user, "me"), roles: [DirectoryRoles.privilegedRoleAdministrator]),
                [true, false, false]
            ),
            (Reader(Principal(.user, "me"), groups: ["other"]), [true, false, false]),
            (Reader(Principal(.user, "me"), roles: [DirectoryRoles.globalReader]), [true, true, true]),
            (Reader(Principal(.servicePrincipal, "app")), [true, true, true]),
        ] {
            #expect(deeds.map(LogVisibility.sight(of: reader).covers) == seen)
        }
    }
}
