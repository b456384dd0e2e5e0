package import Approvals

// What is refused without a condition of its own: by the kind of call, or because there is nothing to ask about.
extension Refusal {
    /// A request that was deleted or purged answers as one that never was, and as one that the caller can't see.
    package static let requestNotFound = Refusal(
        .requestNotFound,
        "There is no such approval request. Look it up under operationApprovalRequests and use its id.")

    /// A request comes from the protected operation itself, never from a POST of a request (docs/compatibility.md).
    package static let filedByTheOperation = Refusal(
        .filedByTheOperation,
        "Approval requests are created by submitting the protected operation with the header "
            + "x-msft-approval-justification, not by POST here.")

    /// No property of a request is written by PATCH, `status` least of all, which is the one that SDKs send
    /// (docs/compatibility.md).
    package static let requestsAreReadOnly = Refusal(
        .requestsAreReadOnly,
        "An approval request can't be changed. Use approve, reject, cancelApproval or cancelMyRequest.")
}

extension RefusalCode {
    package static let requestNotFound = RefusalCode("requestNotFound", .notFound)
    package static let filedByTheOperation = RefusalCode("filedByTheOperation", .invalid)
    package static let requestsAreReadOnly = RefusalCode("requestsAreReadOnly", .invalid)
}
