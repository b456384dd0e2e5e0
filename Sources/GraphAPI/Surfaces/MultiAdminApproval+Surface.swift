internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import OData
internal import Storage
internal import Text
internal import Workflows

extension Surface {
    /// Approval requests and the access policies that ask for them.
    package static let multiAdminApproval = Surface(
        .intune, permissions: approvalPermissions,
        headers: ["x-msft-approval-code", "x-msft-approval-justification"],
        [.container("deviceManagement", [operationApprovalRequests, operationApprovalPolicies])])

    // /deviceManagement/operationApproval* of permissions/new/permissions.json of 2026-08-07. A decision is documented under the
    // two read scopes; the ReadWrite scopes are accepted too, because live clients send them.
    private static let approvalPermissions = PermissionTable(
        """
        GET /deviceManagement/operationApprovalRequests /deviceManagement/operationApprovalRequests/{id} /deviceManagement/operationApprovalRequests/retrieveMyRequests /deviceManagement/operationApprovalRequests/retrieveMyRequestById /deviceManagement/operationApprovalPolicies /deviceManagement/operationApprovalPolicies/{id} /deviceManagement/operationApprovalPolicies/retrieveApprovableOperations /deviceManagement/operationApprovalPolicies/retrieveOperationsRequiringApproval
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
            DeviceManagementRBAC.Read.All DeviceManagementRBAC.ReadWrite.All
        POST /deviceManagement/operationApprovalRequests/{id}/approve /deviceManagement/operationApprovalRequests/{id}/reject /deviceManagement/operationApprovalRequests/{id}/cancelApproval /deviceManagement/operationApprovalRequests/cancelMyRequest /deviceManagement/operationApprovalRequests/retrieveRequestStatus
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
            DeviceManagementRBAC.Read.All DeviceManagementRBAC.ReadWrite.All
        POST /deviceManagement/operationApprovalRequests /deviceManagement/operationApprovalPolicies
            DeviceManagementConfiguration.ReadWrite.All DeviceManagementRBAC.ReadWrite.All
        PATCH,DELETE /deviceManagement/operationApprovalRequests/{id} /deviceManagement/operationApprovalPolicies/{id}
            DeviceManagementConfiguration.ReadWrite.All DeviceManagementRBAC.ReadWrite.All
        """)

    private static let operationApprovalRequests = Resource.set(
        "operationApprovalRequests", Kinds.operationApprovalRequests, aliases: requestAliases, order: newestFirst,
        visibility: { OperationApprovalRequests.visibility(for: try await $0.facts()) },
        own: { OperationApprovalRequests.own($0) },
        operations: [
            decision("approve") { try await $0.approve($1, justification: $2, source: $3, as: $4) },
            decision("reject") { try await $0.reject($1, justification: $2, source: $3, as: $4) },
            decision("cancelApproval") { try await $0.cancelApproval($1, justification: $2, source: $3, as: $4) },
            Operation("POST", "cancelMyRequest", on: .resource) { call in
                let parameters = try call.actionParameters(["id"])
                guard let id = try call.parameter("id", of: parameters, as: String.self) else {
                    throw Invalid(path: "id", reason: "is required: the id of your request.")
                }
                guard id.isGUID else { throw Invalid(path: "id", reason: "must be a GUID.") }
                try await call.governance.cancelMyRequest(id.lowercased(), as: call.caller)
                return GraphResponse(status: 204)
            },
            Operation(
                "GET", "retrieveMyRequests", aliases: ["getMyRequests"], on: .resource, isCollection: true
            ) { call in
                try await Reads.page(
                    call, visibility: OperationApprovalRequests.own(call.caller),
                    function: "Collection(microsoft.graph.operationApprovalRequest)")
            },
            Operation(
                "GET", "retrieveMyRequestById", aliases: ["getMyRequestById"], on: .resource,
                parameters: [Parameter("id", String.edm, isOptional: true)]
            ) { call in
                guard let id = call.argument("id", as: String.self) else {
                    throw ODataError.badRequest("Name the request: retrieveMyRequestById(id='…').")
                }
                return try await Reads.one(
                    call, id: GraphService.normalized(id), visibility: OperationApprovalRequests.own(call.caller),
                    context: "microsoft.graph.operationApprovalRequest")
            },
            Operation("POST", "retrieveRequestStatus", aliases: ["getRequestStatus"], on: .resource) { call in
                let parameters = try call.actionParameters(["entityId", "entityType"])
                guard let id = try call.parameter("entityId", of: parameters, as: String.self), !id.isEmpty else {
                    throw Invalid(path: "entityId", reason: "is required: the id of the object.")
                }
                guard let type = try call.parameter("entityType", of: parameters, as: String.self), !type.isEmpty else {
                    throw Invalid(
                        path: "entityType",
                        reason: "is required, such as 'Microsoft.Management.Services.Api.MobileApp'.")
                }
                let status = try await call.governance.requestStatus(
                    ofEntity: GraphService.normalized(id), type: type, in: call.caller.tenant)
                return call.object(status.members, context: "microsoft.graph.operationApprovalRequestEntityStatus")
            },
            Operation("POST", on: .resource) { _ in
                throw Refusal.filedByTheOperation
            },
            Operation("PATCH", on: .entity) { _ in
                throw Refusal.requestsAreReadOnly
            },
            Operation("DELETE", on: .entity) { call in
                try await call.governance.deleteRequest(call.id ?? "", as: call.caller)
                return GraphResponse(status: 204)
            },
        ])

    /// `requestId`: what clients are told to filter by. `operationApprovalPolicies`: the name that
    /// `requiredOperationApprovalPolicyTypes` had before 2023.
    private static let requestAliases = [
        "requestId": "id", "operationApprovalPolicies": "requiredOperationApprovalPolicyTypes",
    ]

    private typealias Decide =
        @Sendable (
            Governance, _ id: String, _ justification: String?, _ source: OperationApprovalSource, Caller
        ) async throws -> Void

    /// approve, reject and cancelApproval take `justification` and `approvalSource`, and answer 200 with a String: the
    /// request's id, which a program can use.
    private static func decision(_ name: String, _ decide: @escaping Decide) -> Operation {
        Operation("POST", name, on: .entity) { call in
            let parameters = try call.actionParameters(["justification", "approvalSource"])
            let justification = try call.parameter("justification", of: parameters, as: String.self)
            let source =
                try call.parameter("approvalSource", of: parameters, as: OperationApprovalSource.self) ?? .unknown
            let id = call.id ?? ""
            try await decide(call.governance, id, justification, source, call.caller)
            return call.string(id)
        }
    }

    private static let newestFirst = [
        Query.Order(Field(path: ["requestDateTime"], type: .instant), descending: true)
    ]

    private static let operationApprovalPolicies = Resource.set(
        "operationApprovalPolicies", Kinds.operationApprovalPolicies,
        order: [Query.Order(Field(path: ["displayName"], type: .text))],
        visibility: { OperationApprovalRequests.policyVisibility(for: try await $0.facts()) },
        operations: [
            .gated("POST", on: .resource, OperationApprovalPolicies.create),
            .gated("PATCH", on: .entity, OperationApprovalPolicies.update),
            .gated("DELETE", on: .entity, OperationApprovalPolicies.delete),
            operations(
                "retrieveApprovableOperations", ["getApprovableOperations", "getOperationsAllowedApproval"]
            ) { try await $0.approvableOperations(for: $1) },
            operations("retrieveOperationsRequiringApproval", ["getOperationsRequiringApproval"]) {
                try await $0.operationsRequiringApproval(for: $1)
            },
        ])

    /// A function that answers pairs of type and platform for the caller.
    private static func operations(
        _ name: String, _ aliases: [String],
        _ find: @escaping @Sendable (Governance, Caller) async throws -> [Document<OperationApprovalPolicySet>]
    ) -> Operation {
        Operation("GET", name, aliases: aliases, on: .resource, isCollection: true) { call in
            try await Reads.values(
                try await find(call.governance, call.caller).map(\.json),
                context: "Collection(microsoft.graph.operationApprovalPolicySet)",
                of: OperationApprovalPolicySet.self, call)
        }
    }
}
