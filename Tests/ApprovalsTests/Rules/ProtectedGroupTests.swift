import Approvals
import Directory
import Testing

@Suite("Groups that decide (R4)")
struct ProtectedGroupTests {
    @Test(
        "a protected group is changed by Privileged Role and Global Administrators only",
        arguments: [
            DirectoryRoles.globalAdministrator, DirectoryRoles.privilegedRoleAdministrator,
            DirectoryRoles.intuneAdministrator, DirectoryRoles.groupsAdministrator, DirectoryRoles.userAdministrator,
            DirectoryRoles.globalReader, nil,
        ])
    func roles(role: String?) {
        let roles = Set([role].compactMap(\.self))
        let mayChange = [DirectoryRoles.globalAdministrator, DirectoryRoles.privilegedRoleAdministrator].contains(role)
        #expect(
            refusal { () throws(Refusal) in try ProtectedGroup.check(isProtected: true, roles: roles) }
                == (mayChange ? nil : .protectedGroup))
        #expect(refusal { () throws(Refusal) in try ProtectedGroup.check(isProtected: false, roles: roles) } == nil)
    }

    @Test("the directory's wire calls it what Graph calls missing rights")
    func wire() {
        #expect(RefusalCode.protectedGroup.wire?.status == 403)
        #expect(RefusalCode.protectedGroup.wire?.code == "Authorization_RequestDenied")
    }
}
