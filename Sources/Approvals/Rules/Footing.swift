/// What others stand on isn't deleted: a grant, a request or a reference must never lead to nothing (M2).
package enum Footing {
    /// - Parameter dependents: what stands on the object now, by key.
    package static func check(_ object: String, dependents: [String]) throws(Refusal) {
        guard let first = dependents.first else { return }
        let others = dependents.count > 1 ? " and \(dependents.count - 1) more" : ""
        throw Refusal(
            .footing,
            "'\(object)' is used by \(first)\(others), so it can't be deleted. End or change what uses it first.")
    }
}

extension RefusalCode {
    package static let footing = RefusalCode("footing", .conflict)
}
