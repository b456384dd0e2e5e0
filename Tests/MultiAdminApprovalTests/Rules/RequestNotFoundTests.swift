import Approvals
import EDM
import MultiAdminApproval
import Testing

@Suite("Hidden requests")
struct RequestNotFoundTests {
    @Test("a deleted request answers as one that never was, but its record stays")
    func deleted() throws {
        let fixture = try Fixture()
        var machine = try fixture.make(.completed)
        let before = machine
        _ = try machine.delete(by: Fixture.user("nat"), control: fixture.control, at: Fixture.start + .hours(5))
        #expect(machine.isHidden && machine.nextTimer == nil)
        #expect(machine.internals.deletedBy == Fixture.user("nat"))
        #expect(machine.internals.hiddenDateTime == Fixture.start + .hours(5))
        #expect(machine.document == before.document)
        #expect(machine.decisions == before.decisions)
        let code = refusal { () throws(Refusal) in try fixture.decide(&machine) }
        #expect(code == .requestNotFound)
        #expect(code?.kind == .notFound)
    }

    @Test("at the end of its retention a request is hidden, not before")
    func purged() throws {
        var machine = try Fixture().make(.rejected)
        let end = machine.document.lastModifiedDateTime + .days(30)
        #expect(machine.purge(at: end - .microseconds(1)).isEmpty)
        #expect(machine.purge(at: end) == [.hidden])
        #expect(machine.internals.deletedBy == nil)
        #expect(machine.purge(at: end).isEmpty)
    }
}
