internal import Directory
internal import EDM
internal import JSON
internal import Storage
internal import Workflows

extension Surface {
    /// What Graph has no words for: requests with why each stands where it stands, and those that have left Graph's paths.
    package static let requests = Surface(
        .countersign,
        permissions: PermissionTable(
            """
            GET /requests /requests/{id} /requests/{id}/explain /history /history/{id}
                DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
                DeviceManagementRBAC.Read.All DeviceManagementRBAC.ReadWrite.All
            """),
        [
            .set(
                "requests", Kinds.operationApprovalRequests, versions: [.countersign], aliases: aliases,
                order: newestFirst, visibility: visibility, own: { OperationApprovalRequests.own($0) },
                operations: [
                    Operation("GET", "explain", on: .entity) { call in
                        _ = try await Reads.row(of: call)
                        let (caller, model) = (call.caller, call.service.model)
                        let explanation = try await call.governance.explain(call.id ?? "", in: caller.tenant) { kind in
                            model.admits(caller, toRead: kind)
                        }
                        return GraphResponse(
                            status: 200, headers: ["Content-Type": Reads.contentType], body: explanation.bytes)
                    }
                ]),
            .set(
                "history", Kinds.operationApprovalRequestHistory, versions: [.countersign], aliases: aliases,
                order: newestFirst, visibility: visibility),
        ])

    private static let aliases = [
        "requestId": "id", "operationApprovalPolicies": "requiredOperationApprovalPolicyTypes",
    ]
    private static let newestFirst = [
        Query.Order(Field(path: ["requestDateTime"], type: .instant), descending: true)
    ]
    private static let visibility: Resource.See = {
        OperationApprovalRequests.visibility(for: try await $0.facts())
    }
}
