package import EDM

/// Where an approval as a whole stands. All but `pending` are terminal.
package enum ApprovalState: String, Hashable, Sendable, CaseIterable {
    /// A stage is in progress. Valid transitions: approved, denied, timedOut, cancelled.
    case pending
    /// Every stage was approved. Valid transitions: none.
    case approved
    /// A stage was denied. Valid transitions: none.
    case denied
    /// A stage met its deadline undecided. Valid transitions: none.
    case timedOut
    /// Withdrawn while pending. Valid transitions: none.
    case cancelled
}

/// What an event of the approval machine brought about, in order; stages count from 0.
package enum ApprovalEffect: Hashable, Sendable {
    case stageOpened(Int, StageApprovers, deadline: Instant)
    case escalated(Int)
    /// An approval or denial was recorded, whether or not it closed the stage.
    case decided(Int, Decision)
    case stageClosed(Int, StageOutcome)
    case approved
    case denied
    case timedOut
    case cancelled
}

/// Who is asked when a stage opens.
package enum StageApprovers: String, Hashable, Sendable {
    case primary, backup
    /// Configured approvers that resolve to nobody: worth a warning (R34).
    case nobody
}
