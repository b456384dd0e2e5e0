package import EDM
package import JSON

/// Graph's `operationApprovalRequestEntityStatus`: whether an entity is locked by a request, without the request's
/// details.
package struct OperationApprovalRequestEntityStatus: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let requestId = Property<String?>("requestId", .readOnly)
    package let requestExpirationDateTime = Property<Instant?>("requestExpirationDateTime", .readOnly)
    package let requestStatus = Property<OperationApprovalRequestStatus>("requestStatus", [.readOnly, .required])
    package let entityLocked = Property<Bool>("entityLocked", [.readOnly, .required])

    /// The answer for an entity and its latest request; without one, nothing is locked (docs/compatibility.md).
    package static func of(
        _ request: Document<OperationApprovalRequest>?, at now: Instant
    ) throws(Invalid) -> Document<OperationApprovalRequestEntityStatus> {
        try Document { status in
            status.requestId = request?.id
            status.requestExpirationDateTime = request?.expirationDateTime
            status.requestStatus = .unknown
            status.entityLocked = false
            guard let request else { return }
            status.requestStatus = request.status(at: now)
            status.entityLocked = status.requestStatus.isActive
        }
    }
}
