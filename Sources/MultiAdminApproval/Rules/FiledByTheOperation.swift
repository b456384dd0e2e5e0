package import Approvals

/// A request comes from the protected operation itself, never from a POST of a request (docs/compatibility.md).
package enum FiledByTheOperation {
    package static let refusal = Refusal(
        .filedByTheOperation,
        "Approval requests are created by submitting the protected operation with the header "
            + "x-msft-approval-justification, not by POST here.")
}
