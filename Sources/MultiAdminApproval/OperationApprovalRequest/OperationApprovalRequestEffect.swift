package import EDM

/// What an event of a request brought about besides its document, in order.
package enum OperationApprovalRequestEffect: Hashable, Sendable {
    /// From nothing where the request was filed.
    case statusChanged(from: OperationApprovalRequestStatus?, to: OperationApprovalRequestStatus)
    case lockTaken(EntityLock)
    case lockReleased(EntityLock)
    /// Out of view; the events and internals stay.
    case hidden
}

/// How a completion goes on, where it isn't refused.
package enum OperationApprovalCompletion: Hashable, Sendable {
    /// Carry out the filed call, in the change set of the completion.
    case executing(Document<OperationBinding>, [OperationApprovalRequestEffect])
    /// Nobody has decided yet: nothing changed, and the wire answers 412 with the same code again.
    case stillWaiting
}
