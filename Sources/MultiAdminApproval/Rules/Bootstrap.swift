package import Approvals

/// A new tenant's console token lets one administrator make the first access policy without an approval, once and within
/// 24 hours; "there are no policies" by itself never opens that way again (R9).
package enum Bootstrap {
    /// - Parameters:
    ///   - isRight: whether the token is the tenant's.
    ///   - isFresh: whether it hasn't ended.
    package static func check(
        operation: String, isClosed: Bool, isRight: Bool, isFresh: Bool
    ) throws(Refusal) {
        guard operation == "operationApprovalPolicy.create", !isClosed, isRight, isFresh else { throw refusal }
    }

    /// One answer for every reason: nothing is learned from guessing.
    package static let refusal = Refusal(
        .bootstrap,
        "The console token doesn't open this: it is for the first access policy of a new tenant, once, within 24 hours of "
            + "'countersign tenant create'. File the change with x-msft-approval-justification.")
}

extension RefusalCode {
    package static let bootstrap = RefusalCode("bootstrap", .forbidden)
}
