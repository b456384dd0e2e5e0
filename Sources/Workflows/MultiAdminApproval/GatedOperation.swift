internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import MultiAdminApproval
internal import Storage

/// An operation that access policies can guard.
package struct GatedOperation: Sendable {
    /// The operation's name in events and bindings, such as `managedDevice.wipe`.
    package let name: String
    package let policyType: OperationApprovalPolicyType
    /// The short name that clients map back to a path: `ManagedDevice`.
    let payloadType: String
    let payloadOperation: PayloadOperation
    var actionName: String?
    /// Whether a call without a body is malformed.
    package let needsBody: Bool
    /// The stored kind of the target.
    let kind: String
    /// Checks a call and works out what it would do; the same at filing and at completion, so that what is filed can run.
    let plan: @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan

    /// What `payloadOperation` of a request says.
    enum PayloadOperation: String, Sendable {
        case create = "Create", update = "Update", delete = "Delete", assign = "Assign", action = "Action"
    }
}

/// One call of a gated operation.
package struct GatedWrite: Sendable {
    package let operation: GatedOperation
    package let method: String
    package let version: String
    /// Nil for a create and for a bulk action.
    package let entityId: String?
    package var body: JSONObject?
    /// As sent, without the question mark.
    package var query = ""
    package var contentType = ""
    /// Of a new tenant: lets the first access policy through (rule R9).
    package var consoleToken: String?

    package init(_ operation: GatedOperation, method: String, version: String, entityId: String?, body: JSONObject?) {
        self.operation = operation
        self.method = method
        self.version = version
        self.entityId = entityId
        self.body = body
    }
}

/// What a gated operation is about to do.
struct GatedPlan: Sendable {
    let answer: GatedAnswer
    /// What the audit log calls the target; for a create the new entity.
    let id: String
    let name: String
    /// What it is for, with the versions that the plan was made for; none for a create.
    let targets: [Document<OperationTarget>]
    /// The payload's own type where it is narrower than the collection's: `win32LobApp`.
    var subtype: String?
    /// What approvers are shown in place of the body: clients tell bulk actions by its being an array.
    var payload: JSONValue?
    /// Clients' view of the devices that an action is for.
    var displayPayload: JSONValue?
    var addedAssignments: JSONValue?
    /// The access policy that is changed or deleted, as it is.
    var changedPolicy: Document<PolicySnapshot>?
    /// What else an approver relies on, each as one text: it must be the same at completion.
    var conditions: [String] = []
    /// Who would gain from it, besides those who ask: they are parties.
    var beneficiaries: @Sendable (inout UnitOfWork) async throws -> Set<Principal> = { _ in [] }
    let apply: @Sendable (inout UnitOfWork) async throws -> Void
}

/// What a gated operation answers when it has run.
package enum GatedAnswer: Sendable {
    case noContent
    case entity(status: Int, id: String, bytes: [UInt8])
    /// The value of an action, with its type as `@odata.context` names it; an array is a collection.
    case value(JSONValue, type: String)

    /// Bytes of the entity that is written, as far as it is known.
    var size: Int {
        if case .entity(_, _, let bytes) = self { bytes.count } else { 0 }
    }
}

extension UnitOfWork {
    /// The target of a call.
    /// - Throws: `ResourceNotFound`.
    mutating func target<Entity: EntityType>(of write: GatedWrite, _ kind: Kind<Entity>) async throws -> Stored<Entity>
    {
        guard let id = write.entityId, let stored = try await get(kind, id) else {
            throw ResourceNotFound(id: write.entityId ?? "")
        }
        return stored
    }
}

extension Stored {
    /// As an approver saw it. A document read has a version.
    var target: Document<OperationTarget> {
        get throws(Invalid) {
            try Document {
                $0.id = id
                $0.version = version ?? ""
            }
        }
    }
}
