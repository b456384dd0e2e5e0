package import Approvals

/// A request that was deleted or purged answers as one that never was, and as one that the caller can't see
/// (multi-admin-approval.md §4.1 T8, §4.2).
package enum RequestNotFound {
    package static let refusal = Refusal(
        .requestNotFound,
        "There is no such approval request. Look it up under operationApprovalRequests and use its id.")
}
