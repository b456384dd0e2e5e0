package import Approvals

/// A request that was deleted or purged answers as one that never was, and as one that the caller can't see.
package enum RequestNotFound {
    package static let refusal = Refusal(
        .requestNotFound,
        "There is no such approval request. Look it up under operationApprovalRequests and use its id.")
}
