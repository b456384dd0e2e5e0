package import EDM

/// A person decides before the deadline; at the deadline and after it the stage has expired (V5;
/// multi-admin-approval.md §4.1, privileged-roles.md §7 "window 24 h").
package enum DecisionDeadline {
    package static func check(_ deadline: Instant, now: Instant) throws(Refusal) {
        guard now >= deadline else { return }
        throw Refusal(
            .decisionDeadline,
            "The request expired on \(deadline), so nothing more can be done with it. File a new request.")
    }
}
