internal import EDM

/// Graph's `operationApprovalRequestStatus` in declared order.
package enum OperationApprovalRequestStatus: String, EdmEnumeration {
    case unknown, needsApproval, approved, rejected, cancelled, completed, expired, unknownFutureValue

    /// Whether the request still holds its entity: nothing else may be filed for it.
    package var isActive: Bool { self == .needsApproval || self == .approved }
}

/// Graph's `operationApprovalSource`: a label that the client gives, which proves nothing (R13).
package enum OperationApprovalSource: String, EdmEnumeration {
    case unknown, adminConsole, email, unknownFutureValue
}
