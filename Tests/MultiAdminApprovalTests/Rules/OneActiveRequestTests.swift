import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("One active request per entity (V18)")
struct OneActiveRequestTests {
    private static let one = EntityLock(kind: "managedDevice", id: "1"),
        two = EntityLock(kind: "managedDevice", id: "2")

    @Test(
        "whoever needs a lock that is held is refused",
        arguments: [
            ([one], [one], true), ([one, two], [two], true), ([one], [two], false), ([one], [], false),
            ([], [one], false), ([one], [EntityLock(kind: "deviceManagementScript", id: "1")], false),
        ] as [([EntityLock], Set<EntityLock>, Bool)])
    func table(wanted: [EntityLock], held: Set<EntityLock>, isRefused: Bool) {
        let code = refusal { () throws(Refusal) in try OneActiveRequest.check(wanted, held: held) }
        #expect(code == (isRefused ? .oneActiveRequest : nil))
    }

    @Test("22: the lock is that of active requests", arguments: Fixture.Target.allCases)
    func active(target: Fixture.Target) throws {
        let status = try Fixture().make(target).status
        #expect(status.isActive == (target == .needsApproval || target == .approved))
    }
}
