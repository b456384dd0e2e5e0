extension OperationApprovalRequestStatus {
    /// Every step of a request's life, as `OperationApprovalRequestState` draws it: from nothing where it is filed.
    package static let transitions: [(from: OperationApprovalRequestStatus?, to: OperationApprovalRequestStatus)] = [
        (nil, .needsApproval), (.needsApproval, .approved), (.needsApproval, .rejected), (.needsApproval, .cancelled),
        (.needsApproval, .expired), (.approved, .completed), (.approved, .cancelled), (.approved, .expired),
    ]
}
