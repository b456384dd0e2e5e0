internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

extension Workload {
    /// Writes that access policies guard, and the requests that wait for a second person.
    package static let multiAdminApproval: Workload = {
        var workload = Workload("multiAdminApproval")
        workload.kinds = [
            Kinds.operationApprovalPolicies, Kinds.operationApprovalRequests, Kinds.operationApprovalRequestHistory,
            Kinds.breakGlass,
        ]
        workload.settlers = [
            Settler(Kinds.operationApprovalRequests) { unit, id, settings in
                try await OperationApprovalRequests.settle(id, in: &unit, settings: settings)
            }
        ]
        workload.settings = MultiAdminApprovalSettings.self
        workload.seeds = [
            SeedCollection("operationApprovalPolicies") { entity, id, unit in
                try await OperationApprovalPolicies.seed(entity, id: id, in: &unit)
            }
        ]
        workload.demo = [.documents(createPolicies), .command { try await $0.fileWelcomeRequest() }]
        workload.activities = [
            .file, .approve, .reject, .cancelApproval, .cancelMyRequest, .delete, .complete, .expire, .purge,
            .bootstrap,
            .pass, .write, .breakGlass, .breakGlassReviewed,
        ]
        workload.requests = [.operationApprovalRequests]
        workload.examiners = Examiner.ofMultiAdminApproval
        workload.protectors = [.operationApprovalPolicies]
        workload.faults = [.nameNotReleased, .pinsIgnored, .oldPolicyIgnored]
        return workload
    }()
}

extension AuditEntry.Activity {
    private static let category = "MultiAdminApproval"

    static let file = Self(
        "operationApprovalRequest.filed", "File approval request", category: category, operation: "Add", tags: .filing)
    static let approve = Self(
        "operationApprovalRequest.approved", "Approve approval request", category: category,
        tags: [.decision, .outcome])
    static let reject = Self(
        "operationApprovalRequest.rejected", "Reject approval request", category: category, tags: [.decision, .outcome])
    static let cancelApproval = Self(
        "operationApprovalRequest.approvalCancelled", "Cancel approval of approval request", category: category,
        tags: .decision)
    static let cancelMyRequest = Self(
        "operationApprovalRequest.cancelled", "Cancel approval request", category: category)
    static let delete = Self(
        "operationApprovalRequest.deleted", "Delete approval request", category: category, operation: "Delete")
    static let complete = Self("operationApprovalRequest.completed", "Complete approval request", category: category)
    static let expire = Self("operationApprovalRequest.expired", "Expire approval request", category: category)
    static let purge = Self(
        "operationApprovalRequest.purged", "Purge approval request", category: category, operation: "Delete")
    static let bootstrap = Self(
        "operationApprovalPolicy.bootstrapped", "Make the first access policy", category: category, operation: "Add",
        alone: "first policy from the console")
    static let pass = Self(
        "gatedOperation.passed", "Run operation without approval policy", category: category,
        alone: "writes that no policy guarded, or by excluded applications")
    static let write = Self("gatedOperation.submitted", "Submit protected operation", category: category)
    static let breakGlass = Self("breakGlass", "Break glass", category: category, alone: "break-glass")
    static let breakGlassReviewed = Self("breakGlass.reviewed", "Review break-glass", category: category)
}

extension RequestKind {
    /// The calls are Graph's.
    static let operationApprovalRequests = RequestKind(
        OperationApprovalRequests.Loaded.self, kind: Kinds.operationApprovalRequests,
        archive: Kinds.operationApprovalRequestHistory,
        transitions: OperationApprovalRequestStatus.transitions.map { from, to in
            Transition(
                from: from?.rawValue, to: to.rawValue,
                from == nil ? .any : to == .expired ? .fromDeadline : .beforeDeadline)
        },
        filedFacts: [
            "requestDateTime", "expirationDateTime", "requestor", "operation", "entities", "query", "bodyDigest",
            "snapshot",
        ],
        visibility: { OperationApprovalRequests.visibility(for: $0) }, own: { OperationApprovalRequests.own($0) },
        actions: { id in
            let root = "/beta/deviceManagement/operationApprovalRequests"
            return [
                Action("approve", "POST", "\(root)/\(id)/approve", justification: "justification"),
                Action("deny", "POST", "\(root)/\(id)/reject", justification: "justification"),
                Action("cancel", "POST", "\(root)/cancelMyRequest", body: ["id": .string(id)]),
            ]
        },
        summary: { request in
            let value = JSONValue.object(request)
            let types = request["requiredOperationApprovalPolicyTypes"]?.array?.compactMap(\.string) ?? []
            let action = request["actionName"]?.string ?? request["payloadOperation"]?.string ?? ""
            return Summary(
                status: request["status"]?.string ?? "",
                requestor: value[path: ["requestor", "user", "displayName"]]?.string
                    ?? value[path: ["requestor", "application", "displayName"]]?.string,
                operation: "\(action) (\(types.joined(separator: ", ")))", object: request["payloadName"]?.string,
                justification: request["requestJustification"]?.string,
                expiration: (request["expirationDateTime"]?.string).flatMap { try? Instant($0) })
        },
        explain: { request, explaining, governance, unit in
            try await governance.explanation(of: request, explaining, in: &unit)
        })
}

extension GroupProtector {
    fileprivate static let operationApprovalPolicies = GroupProtector(
        named: { unit, group in
            try await unit.all(Kinds.policyApprovers, of: Kinds.operationApprovalPolicies, group).map {
                ProtectedObject.policy($0)
            }
        }, all: { unit in try await unit.policies().map { ProtectedObject.policy($0) } })
}

extension PlantedFault {
    /// A terminal request keeps its name.
    static let nameNotReleased = Self("nameNotReleased")
    /// An excluded application may have got new owners.
    static let pinsIgnored = Self("pinsIgnored")
    /// A change of a policy needs no approver of the policy as it is.
    static let oldPolicyIgnored = Self("oldPolicyIgnored")
}
