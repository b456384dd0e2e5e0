/// The states of a request. Graph calls them by the same names in `status`; hidden requests aren't shown at all.
///
///     file ──> needsApproval ──approve──> approved ──complete──> completed ──┐
///                │ │ │ └──reject────────────│─│──────────────> rejected ─────┤
///                │ │ └──cancelMyRequest─────│─┴─(or cancelApproval)─> cancelled ──delete, purge──> hidden
///                └─┴────────now >= expirationDateTime──────────> expired ────┘
package enum OperationApprovalRequestState: Hashable, Sendable {
    /// Waits for approvers; its entity is locked. Valid transitions: approved, rejected, cancelled, expired.
    case needsApproval
    /// Decided yes, not carried out; its entity is locked. Valid transitions: completed, cancelled, expired.
    case approved
    /// An approver said no. Valid transitions: hidden.
    case rejected
    /// Withdrawn by its requestor, or its approval was taken back. Valid transitions: hidden.
    case cancelled
    /// Carried out, which says nothing about success. Valid transitions: hidden.
    case completed
    /// Nobody acted in time. Valid transitions: hidden.
    case expired
    /// Deleted, or past its retention: answers as one that never was. Valid transitions: none.
    case hidden
}
