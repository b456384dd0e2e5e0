internal import Approvals
internal import Directory
internal import EDM
package import JSON
internal import MultiAdminApproval
internal import Storage

// Why a request stands where it stands: by which rule it is held, who can move it and who can't, what time will do, and
// what its completion will change.
extension Governance {
    /// Everything about a request that its readers may know, in words and with the ids to act on.
    ///
    /// Members: `id`, `status`, `operation`, `heldBy` (the policies), `approvers` and `notApprovers` (each with `reason`),
    /// `timer` (`at`, `outcome`), `unblock` (sentences), `changes` (`path`, `before`, `after`) and `targetChanged`.
    /// - Parameter seesTarget: whether the caller may read objects of a kind; what a target is now is shown to no other.
    /// - Throws: `ResourceNotFound`.
    package func explain(
        _ id: String, in tenant: String, seesTarget: @Sendable (_ kind: String) -> Bool
    ) async throws -> JSONObject {
        try await store.preview(in: tenant) { unit in
            guard let loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings) else {
                throw ResourceNotFound(id: id)
            }
            let machine = loaded.machine
            let (approvers, others) = try await candidates(for: machine, in: &unit)
            let operation = machine.internals.operation
            let changes = try await ChangePreview(
                of: machine, showsBefore: machine.status.isActive && seesTarget(operation.entityKind), in: &unit)
            return [
                "id": .string(id), "status": .string(machine.status.rawValue),
                "operation": .string(operation.operation),
                "heldBy": .array(try await policies(of: machine, in: &unit)),
                "approvers": .array(approvers.map(\.json)), "notApprovers": .array(others.map(\.json)),
                "timer": timer(of: machine),
                "unblock": .array(unblock(machine, approvers, changes).map { .string($0) }),
                "targetChanged": .bool(changes.targetChanged), "changes": .array(changes.changes),
            ]
        }
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
            var groups: [JSONValue] = []
            for id in snapshot.approverGroupIds {
                let name = try await unit.get(Kinds.groups, id)?.document.displayName
                groups.append(["id": .string(id), "displayName": name.json])
            }
            let state = now == nil ? "deleted" : now?.version == snapshot.version ? "inForce" : "changed"
            found.append([
                "policyId": .string(snapshot.policyId), "displayName": (now?.document.displayName).json,
                "policyType": snapshot.policyType.json, "policyPlatform": snapshot.policyPlatform.json,
                "approverGroups": .array(groups), "since": .string(state),
            ])
        }
        return found
    }

    // MARK: Who can decide

    /// Somebody whom a policy names, with why they can decide now or can't.
    private struct Candidate {
        let id: String
        let user: Document<User>?
        let reason: String

        var name: String { user?.displayName ?? id }

        var json: JSONValue {
            [
                "id": .string(id), "displayName": (user?.displayName).json,
                "userPrincipalName": (user?.userPrincipalName).json, "reason": .string(reason),
            ]
        }
    }

    private func candidates(
        for machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> (approvers: [Candidate], others: [Candidate]) {
        var approvers: [Candidate] = []
        var others: [Candidate] = []
        for id in try await named(by: machine, in: &unit) {
            let user = try await unit.get(Kinds.users, id)?.document
            let principal = Principal(.user, id)
            do {
                guard try await unit.isEnabled(principal) else {
                    others.append(Candidate(id: id, user: user, reason: "The account is disabled or deleted."))
                    continue
                }
                let actor = try await unit.actor(Caller(tenant: unit.tenant, principal: principal))
                let decider = try machine.eligibleDecider(try await deciderFacts(actor, of: machine, in: &unit))
                approvers.append(Candidate(id: id, user: user, reason: try await words(decider.paths, in: &unit)))
            } catch let refusal as Refusal {
                others.append(Candidate(id: id, user: user, reason: Self.words(refusal)))
            }
        }
        return (approvers, others)
    }

    /// The people in the groups and roles that the request's policies name, and its requestor.
    private func named(
        by machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> [String] {
        var ids: Set<String> = Set(machine.parties.principals.filter { $0.kind == .user }.map(\.id))
        for set in machine.requirement.sets {
            switch set {
            case .members(let group): ids.formUnion(try await unit.users(inGroups: [group]))
            case .holders(let role):
                let query = Query(
                    Kinds.roleAssignments, tenant: unit.tenant, visibility: .all,
                    filter: .compare(Field(path: ["roleDefinitionId"], type: .text), .equal, .text(role)), limit: 200)
                for row in try await store.read(query) {
                    let assignment = try Document<UnifiedRoleAssignment>(
                        json: JSONReader.read(row.document, limits: .stored))
                    ids.insert(assignment.principalId)
                }
            case .user(let id): ids.insert(id)
            case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: continue
            }
        }
        // More would take more reads than a decision may have; each is judged on its own.
        return ids.sorted().prefix(50).map { $0 }
    }

    /// `Member of 'Operation approvers'`, `Holds the role Intune Administrator`.
    private func words(_ paths: [ApproverPath], in unit: inout UnitOfWork) async throws -> String {
        var parts: [String] = []
        for path in paths {
            guard let last = path.edges.last else { continue }
            let part: String
            switch path.set {
            case .members(let group):
                let name = try await unit.get(Kinds.groups, group)?.document.displayName ?? group
                part = "Member of '\(name)'" + (path.edges.count > 1 ? " through nested groups" : "")
            case .holders(let role): part = "Holds the role \(DirectoryRoles.name(of: role))"
            default: part = last.relation.rawValue
            }
            if !parts.contains(part) { parts.append(part) }
        }
        return parts.joined(separator: "; ") + "."
    }

    /// A refusal as one says it of somebody else.
    private static func words(_ refusal: Refusal) -> String {
        switch refusal.code {
        case .noSelfDecision: "A party to the request, or able to act as one."
        case .activeApprover: "The account is disabled or a guest's."
        case .approverResolution:
            "No membership that counts: one that a party or they themselves wrote after the filing doesn't, and both the "
                + "policy at filing and the one in force must name them."
        case .zeroApprovers: "The policy in force names nobody who could approve."
        default: refusal.reason
        }
    }

    // MARK: What helps

    private func timer(of machine: OperationApprovalRequestMachine) -> JSONValue {
        guard let at = machine.nextTimer else { return nil }
        let outcome = machine.status.isActive ? "expires" : "leaves view at the end of its retention"
        return ["at": at.json, "outcome": .string(outcome)]
    }

    private func unblock(
        _ machine: OperationApprovalRequestMachine, _ approvers: [Candidate], _ changes: ChangePreview
    ) -> [String] {
        let id = machine.document.id
        let requestor =
            machine.document.requestor?.user?.displayName
            ?? machine.document.requestor?.application?.displayName ?? "The requestor"
        switch machine.status {
        case .needsApproval:
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
        let isActive = machine.status.isActive
        var changed = false
        var changes: [JSONValue] = []
        if operation.targets.isEmpty { changes += Self.difference(nil, .object(body), "") }
        for target in operation.targets {
            let row = try await unit.document(operation.entityKind, target.id)
            changed = changed || (isActive && row?.version != target.version)
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
