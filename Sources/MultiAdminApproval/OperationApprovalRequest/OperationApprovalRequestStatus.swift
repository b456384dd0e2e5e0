internal import EDM

/// Graph's `operationApprovalRequestStatus` in declared order, and the states of a request. What has ended leaves view when
/// it is deleted or its retention ends, and keeps its status.
///
///     file ──> needsApproval ──approve──> approved ──complete──> completed
///                │ │ │ └──reject────────────│─│──────────────> rejected
///                │ │ └──cancelMyRequest─────│─┴─(or cancelApproval)─> cancelled
///                └─┴────────now >= expirationDateTime──────────> expired
package enum OperationApprovalRequestStatus: String, EdmEnumeration {
    /// Of an entity for which nothing was ever filed; no request has it.
    case unknown
    /// Waits for approvers; its entity is locked.
    case needsApproval
    /// Decided yes, not carried out; its entity is locked.
    case approved
    /// An approver said no.
    case rejected
    /// Withdrawn by its requestor, or its approval was taken back.
    case cancelled
    /// Carried out, which says nothing about success.
    case completed
    /// Nobody acted in time.
    case expired
    case unknownFutureValue

    /// Whether the request still holds its entity: nothing else may be filed for it.
    package var isActive: Bool { self == .needsApproval || self == .approved }

    /// Where each status may lead (V4); nil is where a filing comes from.
    package static let transitions: [(from: Self?, to: Self)] = [
        (nil, .needsApproval), (.needsApproval, .approved), (.needsApproval, .rejected), (.needsApproval, .cancelled),
        (.needsApproval, .expired), (.approved, .completed), (.approved, .cancelled), (.approved, .expired),
    ]
}

/// Graph's `operationApprovalSource`: a label that the client gives, which proves nothing (R13).
package enum OperationApprovalSource: String, EdmEnumeration {
    case unknown, adminConsole, email, unknownFutureValue
}
