package import Approvals
package import Directory
package import EDM

/// What a protected call tells about its target, for people who have to decide: the undocumented `payload…` properties.
package struct OperationPayload: Hashable, Sendable {
    package var id: String?
    package var name: String?
    package var type: String?
    package var subtype: String?
    package var operation: String?
    package var payload: String?
    package var displayPayload: String?
    package var patchPayload: String?
    package var addedAssignments: String?
    package var actionName: String?
    package var actionParameters: String?

    package init() {}
}

/// All that files a request; gathered by a workflow.
package struct OperationApprovalFiling: Sendable {
    /// A new GUID, lower case: the approval code.
    package var id: String
    /// As shown on the wire; who it is by right stands in `operation.requestor`.
    package var requestor: Document<IdentitySet>?
    package var justification: String
    package var parties: Parties
    package var operation: Document<OperationBinding>
    package var payload = OperationPayload()
    package var requiredTypes: [OperationApprovalPolicyType]
    package var policies: [Document<PolicySnapshot>]
    package var policySnapshotDigest: String?
    /// From `AllRequiredTypes` or `PolicyChange`.
    package var requirement: ApproverRequirement
    package var lifetime: Duration = .hours(72)
    package var quorum = 1
    package var isDecisionJustificationRequired = false
    package var switches = ApprovalSwitches()
    /// What other active requests hold, of the locks that this one needs.
    package var heldLocks: Set<EntityLock>

    package init(
        id: String, requestor: Document<IdentitySet>?, justification: String, parties: Parties,
        operation: Document<OperationBinding>, requiredTypes: [OperationApprovalPolicyType],
        policies: [Document<PolicySnapshot>], requirement: ApproverRequirement, heldLocks: Set<EntityLock> = []
    ) {
        self.id = id
        self.requestor = requestor
        self.justification = justification
        self.parties = parties
        self.operation = operation
        self.requiredTypes = requiredTypes
        self.policies = policies
        self.requirement = requirement
        self.heldLocks = heldLocks
    }
}
