package import Approvals
package import EDM

/// An approved operation runs at most once: a code is spent by its completion (V14).
package enum ExecutedOnce {
    /// - Parameter completedAt: when the request was, if it is.
    package static func check(_ status: OperationApprovalRequestStatus, completedAt: Instant) throws(Refusal) {
        guard status == .completed else { return }
        throw Refusal(
            .executedOnce,
            "The operation has already been carried out with this approval code (completed on \(completedAt)). "
                + "File a new request to do it again.")
    }
}

extension RefusalCode {
    package static let executedOnce = RefusalCode("executedOnce", .conflict)
}
