internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

// What an explanation of a request of Multi Admin Approval says besides who can decide.
extension Governance {
    /// Members: `operation`, `heldBy` (the policies), `targetChanged`, `changes` (`path`, `before`, `after`), and `breakGlass`
    /// where an emergency approved it. What has ended will change nothing.
    func explanation(
        of request: OperationApprovalRequests.Loaded, _ explaining: Explaining, in unit: inout UnitOfWork
    ) async throws -> Explanation {
        let machine = request.machine
        let operation = machine.internals.operation
        let changes = try await ChangePreview(
            of: machine, showsBefore: explaining.seesTarget(operation.entityKind), in: &unit)
        let inForce = machine.status.isActive ? try await request.inForce(in: &unit) : nil
        let isChanged = (inForce ?? .closed) != AllRequiredTypes.requirement(machine.internals.policies)
        var details: JSONObject = ["targetChanged": .bool(changes.targetChanged), "changes": .array(changes.changes)]
        if let record = try await breakGlass(approving: machine.document.id, in: explaining.tenant) {
            details["breakGlass"] = .object(try await words(record, in: &unit))
        }
        return Explanation(
            heldBy: [
                "operation": .string(operation.operation), "heldBy": .array(try await policies(of: machine, in: &unit)),
            ],
            unblock: unblock(machine, explaining.approvers, changes, policiesChanged: isChanged), details: details)
    }

    // MARK: Emergencies

    private func breakGlass(approving id: String, in tenant: String) async throws -> Document<BreakGlassRecord>? {
        try await store.read(
            Query(
                Kinds.breakGlass, tenant: tenant, visibility: .all,
                filter: .compare(Field(path: ["subjectId"], type: .text), .equal, .text(id)), limit: 1)
        ).first.map { try Document<BreakGlassRecord>(json: JSONReader.read($0.document, limits: .stored)) }
    }

    /// `openedBy`, `openedDateTime`, `reason`, and once reviewed `closedBy`, `closedDateTime`, `conclusion`.
    private func words(_ record: Document<BreakGlassRecord>, in unit: inout UnitOfWork) async throws -> JSONObject {
        var words: JSONObject = [
            "openedBy": .string(try await name(of: record.openedBy, in: &unit)),
            "openedDateTime": record.openedDateTime.json, "reason": .string(record.reason),
        ]
        if let closedBy = record.closedBy {
            words["closedBy"] = .string(try await name(of: closedBy, in: &unit))
            words["closedDateTime"] = record.closedDateTime.json
            words["conclusion"] = record.conclusion.json
        }
        return words
    }

    // MARK: By what it is held

    /// The policies whose snapshot the request keeps, with how they are now.
    private func policies(
        of machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> [JSONValue] {
        guard !machine.internals.policies.isEmpty else {
            return [
                [
                    "policyType": .string(OperationApprovalPolicyType.operationApprovalPolicy.rawValue),
                    "rule": "Changes of access policies need the approval of an Intune or Global Administrator.",
                ]
            ]
        }
        var found: [JSONValue] = []
        for snapshot in machine.internals.policies {
            let now = try await unit.get(Kinds.operationApprovalPolicies, snapshot.policyId)
            let isSuspended = now?.suspendedUntil.map { unit.now < $0 } ?? false
            let state =
                now == nil
                ? "deleted" : isSuspended ? "suspended" : now?.version == snapshot.version ? "inForce" : "changed"
            var policy: JSONObject = [
                "policyId": .string(snapshot.policyId), "displayName": (now?.document.displayName).json,
                "policyType": snapshot.policyType.json, "policyPlatform": snapshot.policyPlatform.json,
                "approverGroups": .array(try await groups(snapshot.approverGroupIds, in: &unit)),
                "since": .string(state),
            ]
            if let now, now.document.approverGroupIds != snapshot.approverGroupIds {
                policy["approverGroupsInForce"] = .array(try await groups(now.document.approverGroupIds, in: &unit))
            }
            found.append(.object(policy))
        }
        return found
    }

    private func groups(_ ids: [String], in unit: inout UnitOfWork) async throws -> [JSONValue] {
        var groups: [JSONValue] = []
        for id in ids {
            let name = try await unit.get(Kinds.groups, id)?.document.displayName
            groups.append(["id": .string(id), "displayName": name.json])
        }
        return groups
    }

    // MARK: What helps

    private func unblock(
        _ machine: OperationApprovalRequestMachine, _ approvers: [Candidate], _ changes: ChangePreview,
        policiesChanged: Bool
    ) -> [String] {
        let id = machine.document.id
        let requestor =
            machine.document.requestor?.user?.displayName
            ?? machine.document.requestor?.application?.displayName ?? "The requestor"
        switch machine.status {
        case .needsApproval:
            guard !approvers.isEmpty || !policiesChanged else {
                return [
                    "Nobody can approve this request: the policies have changed since it was filed, and nobody who isn't a "
                        + "party is named by both versions. Have it cancelled and filed again.",
                    "\(requestor) can cancel it with cancelMyRequest.",
                ]
            }
            guard !approvers.isEmpty else {
                return [
                    "Nobody can approve this request. Add somebody who isn't a party to it to an approver group: that needs "
                        + "Privileged Role Administrator or Global Administrator.",
                    "\(requestor) can cancel it with cancelMyRequest.",
                ]
            }
            let names = approvers.map(\.name).joined(separator: " or ")
            return ["Ask \(names) to decide: countersign approve \(id)"]
        case .approved:
            if changes.targetChanged {
                return ["The target has changed since the request was filed. Cancel the request and file it anew."]
            }
            let operation = machine.internals.operation
            return [
                "\(requestor) sends the same call again (\(operation.method), \(operation.apiVersion)) with the header "
                    + "x-msft-approval-code: \(id)",
                "An approver can take the approval back with cancelApproval.",
            ]
        case .rejected, .cancelled, .expired, .completed, .unknown, .unknownFutureValue:
            return ["The request has ended. If the operation is still needed, file a new one."]
        }
    }
}

/// What the completion of a request will change: its target beside the stored body.
struct ChangePreview {
    let changes: [JSONValue]
    let targetChanged: Bool

    init(
        of machine: OperationApprovalRequestMachine, showsBefore: Bool, in unit: inout UnitOfWork
    ) async throws {
        let operation = machine.internals.operation
        let body = operation.body?.value.object ?? JSONObject()
        var changed = false
        var changes: [JSONValue] = []
        guard machine.status.isActive else {
            (self.changes, targetChanged) = ([], false)
            return
        }
        if operation.targets.isEmpty { changes += Self.difference(nil, .object(body), "") }
        for target in operation.targets {
            let row = try await unit.document(operation.entityKind, target.id)
            changed = changed || row?.version != target.version
            let prefix = operation.targets.count > 1 ? "\(target.id)/" : ""
            let now = showsBefore ? row.map { JSONValue.object($0.members) } : nil
            switch operation.method {
            case "PATCH": changes += Self.difference(now, .object(body), prefix)
            case "DELETE":
                changes.append(Self.change("\(prefix)(object)", now?[path: ["displayName"]] ?? target.id.json, nil))
            default:
                changes.append(
                    Self.change("\(prefix)\(operation.operation)", nil, operation.body?.value ?? .object(JSONObject())))
            }
        }
        self.changes = changes
        targetChanged = changed
    }

    /// The members that a body sets to something else.
    private static func difference(_ before: JSONValue?, _ body: JSONValue, _ prefix: String) -> [JSONValue] {
        var changes: [JSONValue] = []
        for member in body.object?.members ?? [] where !member.name.contains("@") {
            let old = before?.object?.member(ignoringCase: member.name)?.value
            if old != member.value { changes.append(change(prefix + member.name, old, member.value)) }
        }
        return changes
    }

    private static func change(_ path: String, _ before: JSONValue?, _ after: JSONValue?) -> JSONValue {
        ["path": .string(path), "before": before ?? .null, "after": after ?? .null]
    }
}

extension UnitOfWork {
    /// A gated target of whatever kind, with its version.
    fileprivate mutating func document(
        _ kind: String, _ id: String
    ) async throws -> (version: String?, members: JSONObject)? {
        if kind == Kinds.managedDevices.name {
            return try await get(Kinds.managedDevices, id).map { ($0.version, $0.document.members) }
        }
        if kind == Kinds.operationApprovalPolicies.name {
            return try await get(Kinds.operationApprovalPolicies, id).map { ($0.version, $0.document.members) }
        }
        guard let collection = GatedCollection.all.first(where: { $0.kind.name == kind }) else { return nil }
        return try await get(collection.kind, id).map { ($0.version, $0.document.members) }
    }
}
