package import Approvals

/// What is filed must fit into the one change that completes it: the request, the object as it will be, and the events.
/// What can't run must not be approved.
package enum HeldWriteSize {
    /// Room for events and names, in bytes.
    package static let allowance = 256 << 10

    /// - Parameters:
    ///   - request: bytes of the request and its internals.
    ///   - object: bytes of the object that the operation writes.
    ///   - limit: how many bytes a change may take.
    package static func check(request: Int, object: Int, limit: Int) throws(Refusal) {
        let size = request + object + allowance
        guard size > limit else { return }
        throw Refusal(
            .heldWriteSize,
            "The operation is too large to be held: with its request it would take \(size) bytes, and a change takes "
                + "\(limit). Send a smaller body.")
    }
}

extension RefusalCode {
    package static let heldWriteSize = RefusalCode("heldWriteSize", .invalid, wire: (413, "RequestEntityTooLarge"))
}
