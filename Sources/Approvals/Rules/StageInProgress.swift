/// Only the stage in progress takes decisions: one stage after the other, and none once the approval has ended
/// (V6; Entra: "Change approval settings for an access package in entitlement management").
package enum StageInProgress {
    static func notBegun(_ stage: Int) -> Refusal {
        Refusal(
            .stageInProgress,
            "Stage \(stage + 1) hasn't begun: the stages before it have to be approved first. "
                + "Decide when it is in progress.")
    }

    static func closed(_ stage: Int, _ outcome: StageOutcome) -> Refusal {
        Refusal(
            .stageInProgress,
            "Stage \(stage + 1) is closed (\(outcome.phrase)), so it takes no decision. "
                + "File a new request if it is still needed.")
    }

    static func unfit(_ state: ApprovalState) -> Refusal {
        Refusal(
            .stageInProgress, "The approval is \(state.rawValue), which doesn't allow this. Read the request again.")
    }
}

extension RefusalCode {
    package static let stageInProgress = RefusalCode("stageInProgress", .conflict)
}
