package import Approvals

/// No property of a request is written by PATCH, `status` least of all, which is the one that SDKs send
/// (docs/compatibility.md).
package enum RequestsAreReadOnly {
    package static let refusal = Refusal(
        .requestsAreReadOnly,
        "An approval request can't be changed. Use approve, reject, cancelApproval or cancelMyRequest.")
}
