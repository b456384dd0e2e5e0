package import Approvals
package import Directory

/// Only the identity that filed a request withdraws it with cancelMyRequest, before or after the approval.
package enum RequestorOnly {
    package static func check(_ caller: Principal, requestor: Principal) throws(Refusal) {
        guard caller != requestor else { return }
        throw Refusal(
            .requestorOnly,
            "Only the requestor can cancel a request with cancelMyRequest. As an approver use reject, or "
                + "cancelApproval once it is approved.")
    }
}

extension RefusalCode {
    package static let requestorOnly = RefusalCode("requestorOnly", .forbidden)
}
