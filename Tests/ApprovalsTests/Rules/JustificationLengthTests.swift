import Approvals
import Testing

@Suite("The length of justifications")
struct JustificationLengthTests {
    @Test("1024 UTF-16 code units are accepted, one more is refused", arguments: ["x", "é", "\u{65}"])
    func limit(character: String) throws {
        let text = String(repeating: character, count: 1024)
        #expect(refusal { () throws(Refusal) in try JustificationLength.check(text) } == nil)
        #expect(refusal { () throws(Refusal) in try JustificationLength.check(text + "x") } == .justificationLength)
    }

    @Test("a character beyond the basic plane counts as two, and marks count each")
    func units() {
        #expect(
            refusal { () throws(Refusal) in try JustificationLength.check(String(repeating: "😀", count: 513)) }
                == .justificationLength)
        let marks = "a" + String(repeating: "\u{301}", count: 1024)
        #expect(marks.count == 1)
        #expect(refusal { () throws(Refusal) in try JustificationLength.check(marks) } == .justificationLength)
    }

    @Test("the machine refuses a long one and stays as it was")
    func machine() throws {
        let world = World()
        var machine = try world.open()
        let before = machine
        let long = String(repeating: "x", count: 1025)
        #expect(
            refusal { () throws(Refusal) in try world.decide(&machine, "bob", justification: long) }
                == .justificationLength)
        #expect(machine == before)
    }
}
