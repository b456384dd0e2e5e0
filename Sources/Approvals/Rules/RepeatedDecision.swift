/// A decision on what is already decided is refused for everyone, also for the same person with the same choice, naming
/// who decided what and when (R35; Graph: "Update approvalStep": 409 where a request is "already approved by another
/// approver in the same approval stage").
package enum RepeatedDecision {
    static func check(_ decider: EligibleDecider, in run: StageRun) throws(Refusal) {
        guard let earlier = run.decisions.first(where: { $0.decider == decider.principal }) else { return }
        throw Refusal(
            .repeatedDecision,
            "You have already decided this stage (\(earlier.choice.participle) on \(earlier.decidedAt)). "
                + "It waits for other approvers.")
    }

    /// - Parameters:
    ///   - status: what the workload calls the outcome.
    ///   - remedy: what else helps.
    package static func refusal(_ decision: Decision, status: String? = nil, remedy: String? = nil) -> Refusal {
        Refusal(
            .repeatedDecision,
            "The request is already \(status ?? decision.choice.participle): \(decision.decider.phrase) decided on "
                + "\(decision.decidedAt). \(remedy ?? "A decision can't be made again.")")
    }
}

extension RefusalCode {
    package static let repeatedDecision = RefusalCode("repeatedDecision", .conflict)
}
