internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import OData
internal import Storage
internal import Workflows

// Permission rows: /deviceManagement/operationApproval* of permissions/new/permissions.json of 2026-08-07. A decision is
// documented under the two read scopes; the ReadWrite scopes are accepted too, because live clients send them.
extension EntitySet {
    private static let any = Access(
        "DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All",
        "DeviceManagementRBAC.Read.All", "DeviceManagementRBAC.ReadWrite.All")

    static let operationApprovalRequests = EntitySet(
        "deviceManagement/operationApprovalRequests", Kinds.operationApprovalRequests, aliases: ["requestId": "id"],
        order: [Query.Order(Field(path: ["requestDateTime"], type: .instant), descending: true)], list: any,
        visibility: { OperationApprovalRequests.visibility(for: try await $0.facts()) },
        own: { OperationApprovalRequests.own($0) },
        operations: [
            decision("approve") { try await $0.approve($1, justification: $2, source: $3, as: $4) },
            decision("reject") { try await $0.reject($1, justification: $2, source: $3, as: $4) },
            decision("cancelApproval") { try await $0.cancelApproval($1, justification: $2, source: $3, as: $4) },
            Operation("POST", "cancelMyRequest", on: .collection, access: any) { call in
                let parameters = try call.actionParameters(["id"])
                guard let id = try call.parameter("id", of: parameters, as: String.self) else {
                    throw Invalid(path: "id", reason: "is required: the id of your request.")
                }
                guard UUIDs.isUUID(id) else { throw Invalid(path: "id", reason: "must be a GUID.") }
                try await call.governance.cancelMyRequest(id.lowercased(), as: call.caller)
                return GraphResponse(status: 204)
            },
            Operation("GET", "retrieveMyRequests", aliases: ["getMyRequests"], on: .collection, access: any) { call in
                try await Reads.page(
                    call, visibility: OperationApprovalRequests.own(call.caller),
                    context: "\(Reads.root(call))#Collection(microsoft.graph.operationApprovalRequest)")
            },
            Operation("POST", on: .collection, access: writes) { _ in
                throw FiledByTheOperation.refusal
            },
            Operation("PATCH", on: .entity, access: writes) { _ in
                throw RequestsAreReadOnly.refusal
            },
        ])

    private static let writes = Access(
        "DeviceManagementConfiguration.ReadWrite.All", "DeviceManagementRBAC.ReadWrite.All")

    private typealias Decide =
        @Sendable (
            Governance, _ id: String, _ justification: String?, _ source: OperationApprovalSource, Caller
        ) async throws -> Void

    /// approve, reject and cancelApproval take `justification` and `approvalSource`, and answer 200 with a String: the
    /// request's id, which a program can use.
    private static func decision(_ name: String, _ decide: @escaping Decide) -> Operation {
        Operation("POST", name, on: .entity, access: any) { call in
            let parameters = try call.actionParameters(["justification", "approvalSource"])
            let justification = try call.parameter("justification", of: parameters, as: String.self)
            let source =
                try call.parameter("approvalSource", of: parameters, as: OperationApprovalSource.self) ?? .unknown
            let id = call.id ?? ""
            try await decide(call.governance, id, justification, source, call.caller)
            return call.string(id)
        }
    }

    static let operationApprovalPolicies = EntitySet(
        "deviceManagement/operationApprovalPolicies", Kinds.operationApprovalPolicies,
        order: [
            Query.Order(Field(path: ["displayName"], type: .text))
        ], list: any, visibility: { OperationApprovalRequests.policyVisibility(for: try await $0.facts()) })
}
