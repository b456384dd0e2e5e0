import Approvals
import Directory
import Testing

@Suite("Who administers groups")
struct GroupAdministrationTests {
    private let me = Principal(.user, "me")

    private func code(_ caller: Principal, _ roles: Set<String> = [], owners: [Principal] = []) -> RefusalCode? {
        refusal { () throws(Refusal) in try GroupAdministration.check(caller, roles: roles, owners: owners) }
    }

    @Test("administrators of groups, owners and applications may change members, others not")
    func table() {
        for role in [
            DirectoryRoles.globalAdministrator, DirectoryRoles.privilegedRoleAdministrator,
            DirectoryRoles.intuneAdministrator, DirectoryRoles.groupsAdministrator, DirectoryRoles.userAdministrator,
        ] {
            #expect(code(me, [role]) == nil)
        }
        #expect(code(me) == .groupAdministration)
        #expect(code(me, [DirectoryRoles.globalReader]) == .groupAdministration)
        #expect(code(me, owners: [Principal(.user, "other"), me]) == nil)
        #expect(
            code(me, owners: [Principal(.user, "other"), Principal(.servicePrincipal, "me")]) == .groupAdministration)
        #expect(code(Principal(.servicePrincipal, "app")) == nil)
    }
}
