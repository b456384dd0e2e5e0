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
        "deviceManagement/operationApprovalRequests", Kinds.operationApprovalRequests, aliases: requestAliases,
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
            Operation(
                "GET", "retrieveMyRequestById", aliases: ["getMyRequestById"], on: .collection, parameters: ["id"],
                access: any
            ) { call in
                guard let id = call.arguments["id"] else {
                    throw ODataError.badRequest("Name the request: retrieveMyRequestById(id='…').")
                }
                return try await Reads.one(
                    call, id: GraphService.normalized(id), visibility: OperationApprovalRequests.own(call.caller),
                    context: "\(Reads.root(call))#microsoft.graph.operationApprovalRequest")
            },
            Operation(
                "POST", "retrieveRequestStatus", aliases: ["getRequestStatus"], on: .collection, access: any
            ) { call in
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
                return GraphResponse(
                    status: 200, headers: ["Content-Type": Reads.contentType],
                    body: Reads.splice(
                        context: "\(Reads.root(call))#microsoft.graph.operationApprovalRequestEntityStatus",
                        into: status.members.bytes))
            },
            Operation("POST", on: .collection, access: writes) { _ in
                throw Refusal.filedByTheOperation
            },
            Operation("PATCH", on: .entity, access: writes) { _ in
                throw Refusal.requestsAreReadOnly
            },
            Operation("DELETE", on: .entity, access: writes) { call in
                try await call.governance.deleteRequest(call.id ?? "", as: call.caller)
                return GraphResponse(status: 204)
            },
        ])

    /// `requestId`: what clients are told to filter by. `operationApprovalPolicies`: the name that
    /// `requiredOperationApprovalPolicyTypes` had before 2023.
    private static let requestAliases = [
        "requestId": "id", "operationApprovalPolicies": "requiredOperationApprovalPolicyTypes",
    ]

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
        ], list: any, visibility: { OperationApprovalRequests.policyVisibility(for: try await $0.facts()) },
        operations: [
            .gated("POST", on: .collection, OperationApprovalPolicies.create, access: writes),
            .gated("PATCH", on: .entity, OperationApprovalPolicies.update, access: writes),
            .gated("DELETE", on: .entity, OperationApprovalPolicies.delete, access: writes),
            operations(
                "retrieveApprovableOperations", ["getApprovableOperations", "getOperationsAllowedApproval"]
            ) { try await $0.approvableOperations(for: $1) },
            operations("retrieveOperationsRequiringApproval", ["getOperationsRequiringApproval"]) {
                try await $0.operationsRequiringApproval(for: $1)
            },
        ])

    // MARK: What Graph has no words for

    /// Requests under `/countersign/v1`, with why each stands where it stands.
    static let requests = EntitySet(
        "requests", Kinds.operationApprovalRequests, versions: [.countersign], aliases: requestAliases,
        order: operationApprovalRequests.order, list: any, visibility: operationApprovalRequests.visibility,
        own: { OperationApprovalRequests.own($0) },
        operations: [
            Operation("GET", "explain", on: .entity, access: any) { call in
                _ = try await Reads.row(of: call)
                let (caller, sets) = (call.caller, call.service.model.sets)
                let explanation = try await call.governance.explain(call.id ?? "", in: caller.tenant) { kind in
                    sets.contains { $0.kind.name == kind && $0.get.admits(caller) }
                }
                return GraphResponse(
                    status: 200, headers: ["Content-Type": Reads.contentType], body: explanation.bytes)
            }
        ])

    /// Requests that have left Graph's paths: deleted, or past their retention.
    static let history = EntitySet(
        "history", Kinds.operationApprovalRequestHistory, versions: [.countersign], aliases: requestAliases,
        order: operationApprovalRequests.order, list: any, visibility: operationApprovalRequests.visibility)

    /// A function that answers pairs of type and platform for the caller.
    private static func operations(
        _ name: String, _ aliases: [String],
        _ find: @escaping @Sendable (Governance, Caller) async throws -> [Document<OperationApprovalPolicySet>]
    ) -> Operation {
        Operation("GET", name, aliases: aliases, on: .collection, access: any) { call in
            try Reads.values(
                try await find(call.governance, call.caller).map(\.json),
                context: "\(Reads.root(call))#Collection(microsoft.graph.operationApprovalPolicySet)",
                of: OperationApprovalPolicySet.self, call)
        }
    }
}
