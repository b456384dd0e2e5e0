import Approvals
import Directory
import MultiAdminApproval
import Testing

@Suite("The role behind a gated write")
struct AdministratorRoleTests {
    private func code(_ caller: Principal, _ roles: Set<String>) -> RefusalCode? {
        refusal { () throws(Refusal) in try AdministratorRole.check(caller, roles: roles) }
    }

    @Test("a user needs one of two roles, an application none")
    func roles() {
        let user = Fixture.user("ann")
        #expect(code(user, []) == .administratorRole)
        #expect(
            code(user, [DirectoryRoles.globalReader, DirectoryRoles.privilegedRoleAdministrator]) == .administratorRole)
        #expect(code(user, [DirectoryRoles.intuneAdministrator]) == nil)
        #expect(code(user, [DirectoryRoles.globalAdministrator]) == nil)
        #expect(code(Principal(.servicePrincipal, "app"), []) == nil)
        #expect(RefusalCode.administratorRole.kind == .forbidden)
    }
}
