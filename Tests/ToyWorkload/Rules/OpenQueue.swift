package import Approvals

/// A ticket is filed into a queue that is open. The desk's clients know the refusal by a code of its own.
package enum OpenQueue {
    package static func check(isOpen: Bool, name: String) throws(Refusal) {
        guard !isOpen else { return }
        throw Refusal(.openQueue, "The queue '\(name)' is closed. Choose another, or wait until it is open.")
    }
}

extension RefusalCode {
    package static let openQueue = RefusalCode("openQueue", .invalid, wire: (400, "QueueClosed"), isRecorded: true)
}
