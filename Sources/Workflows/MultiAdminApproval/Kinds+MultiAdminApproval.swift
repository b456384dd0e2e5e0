internal import EDM
internal import JSON
package import MultiAdminApproval
package import Storage

extension Kinds {
    /// The policies that guard a type of operation: "none" means that nothing is guarded.
    package static let policyTypes = Index<OperationApprovalPolicy>("operationApprovalPolicy.type", guarded: true) {
        policy, _ in [policy.policyType.rawValue]
    }
    /// All policies of a tenant, under one value.
    package static let policiesOfTenant = Index<OperationApprovalPolicy>(
        "operationApprovalPolicy.tenant", guarded: true
    ) { _, _ in [everyPolicy] }
    package static let everyPolicy = "*"
    /// Policies by the groups that they name.
    package static let policyApprovers = Index<OperationApprovalPolicy>(
        "operationApprovalPolicy.approverGroup", guarded: true
    ) { policy, _ in policy.approverGroupIds.map { $0.lowercased() } }
    package static let operationApprovalPolicies = Kind<OperationApprovalPolicy>(
        "operationApprovalPolicy", columns: ["displayName", "policyType"],
        orderings: [["displayName"], ["policyType", "displayName"]],
        indexes: [policyTypes, policiesOfTenant, policyApprovers])

    /// Whom a request concerns: `party:…`, `approverGroup:…` and `decider:…` with users and groups as the request's snapshot names them.
    package static let audience = Index<OperationApprovalRequest>("operationApprovalRequest.audience", guarded: false) {
        request, internals in
        OperationApprovalRequests.audience(request, internals)
    }
    /// What requests are for, as `kind/id`: several for a bulk action.
    package static let requestTargets = Index<OperationApprovalRequest>(
        "operationApprovalRequest.target", guarded: false
    ) { _, internals in OperationApprovalRequests.targets(internals) }
    package static let operationApprovalRequests = Kind<OperationApprovalRequest>(
        "operationApprovalRequest",
        columns: [
            "status", "requestDateTime", "expirationDateTime", "lastModifiedDateTime", "requestor/user/id",
            "requestor/application/id",
        ],
        orderings: [
            ["requestDateTime"], ["status", "requestDateTime"], ["requestor/user/id", "requestDateTime"],
            ["requestor/application/id", "requestDateTime"],
        ], indexes: [audience, requestTargets])

    /// Requests past their retention: out of Graph's sight, kept as records.
    package static let operationApprovalRequestHistory = Kind<OperationApprovalRequest>(
        "operationApprovalRequestHistory",
        columns: ["requestDateTime", "requestor/user/id", "requestor/application/id"],
        orderings: [
            ["requestDateTime"], ["requestor/user/id", "requestDateTime"],
            ["requestor/application/id", "requestDateTime"],
        ], indexes: [audience])

    package static let breakGlass = Kind<BreakGlassRecord>("breakGlass")
}
