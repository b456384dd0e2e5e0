package import Approvals
package import Directory
package import EDM

/// Graph's `operationApprovalRequest`: a protected operation that somebody wants to do, and what others decided
/// (Graph: "operationApprovalRequest resource type"; undocumented properties as the service returns them).
package struct OperationApprovalRequest: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true

    /// Equals the approval code.
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let requestDateTime = Property<Instant>("requestDateTime", [.readOnly, .required])
    package let expirationDateTime = Property<Instant>("expirationDateTime", [.readOnly, .required])
    package let lastModifiedDateTime = Property<Instant>("lastModifiedDateTime", [.readOnly, .required])
    package let requestor = Property<Document<IdentitySet>?>("requestor", .readOnly)
    package let approver = Property<Document<IdentitySet>?>("approver", .readOnly)
    package let status = Property<OperationApprovalRequestStatus>("status", [.readOnly, .required])
    package let requestJustification = Property<String?>("requestJustification", .readOnly, check: Self.tooLong)
    package let approvalJustification = Property<String?>("approvalJustification", .readOnly, check: Self.tooLong)
    package let requiredOperationApprovalPolicyTypes = Property<[OperationApprovalPolicyType]>(
        "requiredOperationApprovalPolicyTypes", .readOnly)

    /// The target's id; null for a create.
    package let payloadId = Property<String?>("payloadId", [.readOnly, .undocumented])
    package let payloadName = Property<String?>("payloadName", [.readOnly, .undocumented])
    package let payloadType = Property<String?>("payloadType", [.readOnly, .undocumented])
    package let payloadSubtype = Property<String?>("payloadSubtype", [.readOnly, .undocumented])
    /// `Create`, `Update`, `Delete`, `Assign` or `Action`.
    package let payloadOperation = Property<String?>("payloadOperation", [.readOnly, .undocumented])
    // Each of these holds serialized JSON.
    package let payload = Property<String?>("payload", [.readOnly, .undocumented])
    package let displayPayload = Property<String?>("displayPayload", [.readOnly, .undocumented])
    package let patchPayload = Property<String?>("patchPayload", [.readOnly, .undocumented])
    package let addedAssignments = Property<String?>("addedAssignments", [.readOnly, .undocumented])
    /// `wipe`, `retire` or `delete`.
    package let actionName = Property<String?>("actionName", [.readOnly, .undocumented])
    package let actionParameters = Property<String?>("actionParameters", [.readOnly, .undocumented])

    private static func tooLong(_ text: String?) -> String? {
        (text?.utf16.count ?? 0) > JustificationLength.limit
            ? "must have at most \(JustificationLength.limit) characters." : nil
    }
}

extension Document<OperationApprovalRequest> {
    /// The status at an instant: a request past its deadline has expired, whether or not that is written already.
    package func status(at now: Instant) -> OperationApprovalRequestStatus {
        status.isActive && self.expirationDateTime <= now ? .expired : status
    }

    /// Whether the request's code can still complete something, whatever is sent with it.
    package func checkUnspent(at now: Instant) throws(Refusal) {
        let status = status(at: now)
        try ExecutedOnce.check(status, completedAt: self.lastModifiedDateTime)
        try ApprovedBeforeExecution.check(status)
    }
}
