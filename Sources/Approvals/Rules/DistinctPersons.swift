internal import Directory

/// One person counts once per request over all stages, whatever identities they use (R5, V7); within one stage's quorum
/// always, over stages unless the policy switches it off (V3).
package enum DistinctPersons {
    static func check(_ decider: EligibleDecider, against earlier: [Decision]) throws(Refusal) {
        let same = earlier.first { !$0.controllers.isDisjoint(with: decider.controllers) }
        guard let other = same else { return }
        let whom = other.decider == decider.principal ? "You have" : "The same person, as \(other.decider.phrase), has"
        throw Refusal(
            .distinctPersons,
            "\(whom) already decided on this request on \(other.decidedAt). "
                + "One person counts once: ask another approver.")
    }
}

extension RefusalCode {
    package static let distinctPersons = RefusalCode("distinctPersons", .forbidden)
}
