package import Approvals

/// Each action has its statuses; in any other it is refused, naming the one there is (docs/compatibility.md).
package enum RequestStatus {
    package enum Action: String, Hashable, Sendable, CaseIterable {
        case approve, reject, cancelApproval, cancelMyRequest, delete

        /// In which it can be done.
        package var statuses: Set<OperationApprovalRequestStatus> {
            switch self {
            case .approve, .reject: [.needsApproval]
            case .cancelApproval: [.approved]
            case .cancelMyRequest: [.needsApproval, .approved]
            case .delete: [.rejected, .cancelled, .completed, .expired]
            }
        }

        fileprivate var phrase: String {
            switch self {
            case .approve: "be approved"
            case .reject: "be rejected"
            case .cancelApproval: "have its approval cancelled"
            case .cancelMyRequest: "be cancelled"
            case .delete: "be deleted"
            }
        }
    }

    package static func check(_ action: Action, in status: OperationApprovalRequestStatus) throws(Refusal) {
        guard !action.statuses.contains(status) else { return }
        throw Refusal(
            .requestStatus,
            "The request has the status '\(status.rawValue)' and can't \(action.phrase). \(remedy(action, in: status))")
    }

    private static func remedy(_ action: Action, in status: OperationApprovalRequestStatus) -> String {
        switch (action, status) {
        case (.cancelApproval, .needsApproval): "It isn't approved yet: use reject."
        case (.reject, .approved): "Use cancelApproval to take an approval back."
        case (.delete, .needsApproval), (.delete, .approved): "Only ended requests can be deleted: cancel it first."
        case (.approve, _), (.reject, _), (.cancelApproval, _), (.cancelMyRequest, _), (.delete, _):
            "Read it again; if the operation is still needed, file a new request."
        }
    }
}

extension RefusalCode {
    package static let requestStatus = RefusalCode("requestStatus", .conflict)
}
