import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("A changed target (R14)")
struct TargetChangedTests {
    @Test("a completion on a target that has changed is 409, and the request stays approved")
    func changed() throws {
        var machine = try Fixture().make(.approved)
        let before = machine
        let call = try Fixture.call { $0.targets = [Fixture.target(version: "t2")] }
        let thrown = #expect(throws: Refusal.self) { try machine.complete(call, at: Fixture.start + .hours(2)) }
        #expect(thrown?.code == .targetChanged)
        #expect(thrown?.kind == .conflict)
        #expect(machine == before)
    }

    @Test("while nobody has decided, the code still waits")
    func waiting() throws {
        var machine = try Fixture().file()
        #expect(
            try machine.complete(Fixture.call { $0.targets = [Fixture.target(version: "t2")] }, at: Fixture.start)
                == .stillWaiting)
    }

    @Test("a create has no target to change")
    func create() throws {
        let call = try Fixture.call { $0.targets = [] }
        #expect(refusal { () throws(Refusal) in try TargetChanged.check(filed: call, now: call) } == nil)
    }

    @Test("of many targets one that has changed or gone is enough, and so is a condition")
    func bulk() throws {
        let filed = try Fixture.call { $0.targets = [Fixture.target("a"), Fixture.target("b")] }
        #expect(refusal { () throws(Refusal) in try TargetChanged.check(filed: filed, now: filed) } == nil)
        let later = try [
            Fixture.call { $0.targets = [Fixture.target("a"), Fixture.target("b", version: "t2")] },
            Fixture.call { $0.targets = [Fixture.target("a")] },
            Fixture.call {
                $0.targets = [Fixture.target("a"), Fixture.target("b")]
                $0.conditions = ["owner:x"]
            },
        ]
        for call in later {
            #expect(
                refusal { () throws(Refusal) in try TargetChanged.check(filed: filed, now: call) } == .targetChanged)
        }
    }
}
