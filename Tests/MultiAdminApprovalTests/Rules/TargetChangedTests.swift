import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("A changed target (R14)")
struct TargetChangedTests {
    @Test(
        "a completion on a target that has changed or gone is 409, and the request stays approved",
        arguments: ["t2", nil])
    func changed(version: String?) throws {
        var machine = try Fixture().make(.approved)
        let before = machine
        let call = try Fixture.call { $0.targetVersion = version }
        let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: Fixture.start + .hours(2)) }
        #expect(thrown?.code == .targetChanged)
        #expect(thrown?.kind == .conflict)
        #expect(machine == before)
    }

    @Test("while nobody has decided, the code still waits")
    func waiting() throws {
        var machine = try Fixture().file()
        #expect(try machine.complete(Fixture.call { $0.targetVersion = "t2" }, at: Fixture.start) == .stillWaiting)
    }

    @Test("a create has no target to change")
    func create() {
        #expect(refusal { () throws(Refusal) in try TargetChanged.check(filed: nil, now: nil) } == nil)
    }
}
