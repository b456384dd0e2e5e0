package import Approvals

/// Only an approved request that hasn't expired is carried out; a rejected, cancelled or expired one never is (V15). One
/// that waits isn't refused: its completion is told to come again.
package enum ApprovedBeforeExecution {
    /// - Parameter status: as it is now, with an expiry that nobody has written yet.
    package static func check(_ status: OperationApprovalRequestStatus) throws(Refusal) {
        guard !status.isActive else { return }
        throw Refusal(
            .approvedBeforeExecution,
            "The request is \(status.rawValue), so its approval code is void. File a new request with "
                + "x-msft-approval-justification.")
    }
}

extension RefusalCode {
    package static let approvedBeforeExecution = RefusalCode("approvedBeforeExecution", .forbidden)
}
