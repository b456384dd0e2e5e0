package import EDM

/// A person decides before the deadline; at the deadline and after it the stage has expired (V5; Graph:
/// `expirationDateTime` of an operationApprovalRequest; Entra gives an activation of a role 24 hours).
package enum DecisionDeadline {
    package static func check(_ deadline: Instant, now: Instant) throws(Refusal) {
        guard now >= deadline else { return }
        throw Refusal(
            .decisionDeadline,
            "The request expired on \(deadline), so nothing more can be done with it. File a new request.")
    }
}

extension RefusalCode {
    package static let decisionDeadline = RefusalCode("decisionDeadline", .conflict)
}
