internal import Approvals
internal import Directory
internal import EDM
internal import JSON

/// The first document and internals of a request.
extension OperationApprovalFiling {
    func document(at now: Instant, expiration: Instant) throws(Invalid) -> Document<OperationApprovalRequest> {
        try Document { request in
            request.id = id
            request.requestDateTime = now
            request.expirationDateTime = expiration
            request.lastModifiedDateTime = now
            request.requestor = requestor
            request.status = .needsApproval
            request.requestJustification = justification
            request.requiredOperationApprovalPolicyTypes = requiredTypes
            request.payloadId = payload.id
            request.payloadName = payload.name
            request.payloadType = payload.type
            request.payloadSubtype = payload.subtype
            request.payloadOperation = payload.operation
            request.payload = payload.payload
            request.displayPayload = payload.displayPayload
            request.patchPayload = payload.patchPayload
            request.addedAssignments = payload.addedAssignments
            request.actionName = payload.actionName
            request.actionParameters = payload.actionParameters
        }
    }

    func internals(_ approval: ApprovalMachine) throws(Invalid) -> Document<OperationApprovalRequestInternals> {
        try Document { internals in
            internals.approval = approval
            internals.operation = operation
            internals.policies = policies
            internals.policySnapshotDigest = policySnapshotDigest
        }
    }
}
