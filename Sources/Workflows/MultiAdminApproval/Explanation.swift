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
    /// `timer` (`at`, `outcome`), `unblock` (sentences), `changes` (`path`, `before`, `after`), `targetChanged`, and
    /// `breakGlass` where an emergency approved it. What has ended has no approvers and will change nothing.
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
            let isActive = machine.status.isActive
            let (approvers, others) = isActive ? try await candidates(for: machine, in: &unit) : ([], [])
            let operation = machine.internals.operation
            let changes = try await ChangePreview(
                of: machine, showsBefore: seesTarget(operation.entityKind), in: &unit)
            let inForce = isActive ? try await self.inForce(for: machine, in: &unit) : []
            let isChanged =
                AllRequiredTypes.requirement(inForce) != AllRequiredTypes.requirement(machine.internals.policies)
            var explanation: JSONObject = [
                "id": .string(id), "status": .string(machine.status.rawValue),
                "operation": .string(operation.operation),
                "heldBy": .array(try await policies(of: machine, in: &unit)),
                "approvers": .array(approvers.map(\.json)), "notApprovers": .array(others.map(\.json)),
                "timer": timer(of: machine),
                "unblock": .array(
                    unblock(machine, approvers, changes, policiesChanged: isChanged).map { .string($0) }),
                "targetChanged": .bool(changes.targetChanged), "changes": .array(changes.changes),
            ]
            if let record = try await breakGlass(approving: id, in: tenant) {
                explanation["breakGlass"] = .object(try await words(record, in: &unit))
            }
            return explanation
        }
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

    /// A principal's text as a name that people know.
    private func name(of text: String, in unit: inout UnitOfWork) async throws -> String {
        guard let principal = try? Principal(text: text) else { return text }
        switch principal.kind {
        case .user: return try await unit.get(Kinds.users, principal.id)?.document.displayName ?? principal.id
        case .servicePrincipal:
            return try await unit.get(Kinds.servicePrincipals, principal.id)?.document.displayName ?? principal.id
        case .group: return try await unit.get(Kinds.groups, principal.id)?.document.displayName ?? principal.id
        case .system: return "Countersign"
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

    /// The policies that bind a decider besides the snapshots.
    private func inForce(
        for machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> [Document<PolicySnapshot>] {
        try await policies(Set(machine.internals.policies.map(\.policyType)), in: &unit)
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
                let reason = try await words(decider.paths, after: machine.document.requestDateTime, in: &unit)
                approvers.append(Candidate(id: id, user: user, reason: reason))
            } catch let refusal as Refusal {
                let younger = try await youngerEdges(of: principal, in: machine, &unit)
                others.append(
                    Candidate(id: id, user: user, reason: ([Self.words(refusal)] + younger).joined(separator: " ")))
            }
        }
        return (approvers, others)
    }

    /// The memberships of somebody that are younger than the filing, with who wrote them: a party's don't count.
    private func youngerEdges(
        of principal: Principal, in machine: OperationApprovalRequestMachine, _ unit: inout UnitOfWork
    ) async throws -> [String] {
        var found: [String] = []
        for edge in try await unit.approverEdges(of: principal)
        where edge.writtenAt > machine.document.requestDateTime && edge.to.kind == .group {
            let group = try await unit.get(Kinds.groups, edge.to.id)?.document.displayName ?? edge.to.id
            let writer = try await name(of: edge.writtenBy.text, in: &unit)
            found.append("A membership of '\(group)' was written by \(writer) at \(edge.writtenAt), after the filing.")
        }
        return found
    }

    /// The people in the groups and roles that the request's policies name or have come to name, and its requestor.
    private func named(
        by machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> [String] {
        var ids: Set<String> = Set(machine.parties.principals.filter { $0.kind == .user }.map(\.id))
        let inForce = AllRequiredTypes.requirement(try await inForce(for: machine, in: &unit))
        for set in machine.requirement.sets + inForce.sets {
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
    private func words(
        _ paths: [ApproverPath], after filing: Instant, in unit: inout UnitOfWork
    ) async throws -> String {
        var parts: [String] = []
        for path in paths {
            guard let last = path.edges.last else { continue }
            let part: String
            switch path.set {
            case .members(let group):
                let name = try await unit.get(Kinds.groups, group)?.document.displayName ?? group
                var words = "Member of '\(name)'" + (path.edges.count > 1 ? " through nested groups" : "")
                if let young = path.edges.first(where: { $0.writtenAt > filing }) {
                    let writer = try await self.name(of: young.writtenBy.text, in: &unit)
                    words += " since \(young.writtenAt), after the filing, by \(writer)"
                }
                part = words
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
