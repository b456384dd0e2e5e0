package import EDM

/// Escalation approvers join once the stage has escalated; until then the primary ones decide alone, and after it they
/// still may (Entra, of alternate approvers: "Change approval settings for an access package in entitlement
/// management").
package enum EscalationApprovers {
    /// When a stage escalates; nil where it has no escalation, or would time out before.
    package static func instant(of definition: StageDefinition, start: Instant) -> Instant? {
        guard let escalation = definition.escalation, escalation.after < definition.timeout else { return nil }
        return start + escalation.after
    }

    static let refusal = Refusal(
        .escalationApprovers,
        "You are an escalation approver of this request, and it hasn't been escalated yet. "
            + "Ask a primary approver to decide, or wait for the escalation.")
}

extension RefusalCode {
    package static let escalationApprovers = RefusalCode("escalationApprovers", .forbidden)
}
