internal import Approvals
package import Directory
package import EDM
internal import JSON
package import Storage

/// Graph's `approval` of a request whose workload gives it a document of its own, under the request's id: its steps as readers
/// see them. What depends on the reader (`assignedToMe`) is no part of it.
package struct ApprovalDocument: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let edmName = "approval"
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let steps = Property<[Document<ApprovalStep>]>("steps", .readOnly)
}

/// Graph's `approvalStep`, which v1.0 calls `approvalStage`.
package struct ApprovalStep: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String?>("displayName", .readOnly)
    /// `Initializing`, `InProgress`, `Completed` or `Expired`.
    package let status = Property<String>("status", [.readOnly, .required])
    /// `NotReviewed`, `Approved` or `Denied`.
    package let reviewResult = Property<String>("reviewResult", .required)
    /// Empty until it is reviewed.
    package let justification = Property<String>("justification", .required)
    package let reviewedBy = Property<Document<Identity>?>("reviewedBy", .readOnly)
    package let reviewedDateTime = Property<Instant?>("reviewedDateTime", .readOnly)
}

extension ApprovalDocument {
    /// The kind of one workload's approvals. Its audience is found under `NAME.audience`.
    package static func kind(_ name: String) -> Kind<ApprovalDocument> {
        let audience = Index<ApprovalDocument>(audienceIndex(name), guarded: false) { _, internals in
            let approval = internals["approval"]
            return Audience.entries(of: approval, groups: []) + Audience.approvers(of: approval)
        }
        return Kind<ApprovalDocument>(name, indexes: [audience])
    }

    static func audienceIndex(_ kind: String) -> String { "\(kind).audience" }
}

extension StageState {
    /// As Graph calls it.
    var status: String {
        switch self {
        case .initializing: "Initializing"
        case .inProgress: "InProgress"
        case .closed(_, .approved, _), .closed(_, .denied, _): "Completed"
        case .closed(_, .timedOut, _), .closed(_, .cancelled, _), .closed(_, .notReached, _): "Expired"
        }
    }

    var reviewResult: String {
        switch self {
        case .closed(_, .approved, _): "Approved"
        case .closed(_, .denied, _): "Denied"
        case .closed, .initializing, .inProgress: "NotReviewed"
        }
    }
}
