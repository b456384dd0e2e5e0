package import Approvals

/// Only an approved request that hasn't expired is carried out; a rejected, cancelled or expired one never is (V15).
package enum ApprovedBeforeExecution {
    package static func refusal(_ status: OperationApprovalRequestStatus) -> Refusal {
        Refusal(
            .approvedBeforeExecution,
            "The request is \(status.rawValue), so its approval code is void. File a new request with "
                + "x-msft-approval-justification.")
    }
}
