import Approvals
import Testing
import ToyWorkload

@Suite("OpenQueue")
struct OpenQueueTests {
    @Test("a closed queue takes no tickets, in the words and under the code of the desk's clients")
    func closed() throws {
        try OpenQueue.check(isOpen: true, name: "Hardware")
        let refusal = #expect(throws: Refusal.self) { try OpenQueue.check(isOpen: false, name: "Hardware") }
        #expect(refusal?.code == .openQueue)
        #expect(refusal?.code.wire?.code == "QueueClosed")
        #expect(refusal?.code.isRecorded == true)
    }
}
