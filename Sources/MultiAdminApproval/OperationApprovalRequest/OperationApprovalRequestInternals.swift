package import Approvals
package import Directory
package import EDM

/// What only the rules need of a request; nobody reads it over the wire.
package struct OperationApprovalRequestInternals: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    /// The one stage, with the parties and their reasons (`approval.parties`), the snapshot's requirement and the
    /// decision.
    package let approval = Property<ApprovalMachine>("approval", .required)
    /// The protected call; its `requestor` is the identity that filed and may complete.
    package let operation = Property<Document<OperationBinding>>("operation", .required)
    /// The policies as they were at filing, which the request keeps (R6).
    package let policies = Property<[Document<PolicySnapshot>]>("policies")
    /// SHA-256 of `PolicySnapshot.hashInput`, in lower-case hexadecimal (V8).
    package let policySnapshotDigest = Property<String?>("policySnapshotDigest")
    /// From where the last decision came, as its client says.
    package let approvalSource = Property<OperationApprovalSource?>("approvalSource")
    /// When an ended request leaves view: its end and the retention that was in force then.
    package let purgeDateTime = Property<Instant?>("purgeDateTime")
    /// Since when the request is out of view, and who deleted it: null for the end of its retention.
    package let hiddenDateTime = Property<Instant?>("hiddenDateTime")
    package let deletedBy = Property<Principal?>("deletedBy")
}
