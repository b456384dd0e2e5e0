internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

/// The changes of access policies, which are gated operations themselves, and what policies tell a caller.
package enum OperationApprovalPolicies {
    package static let create = operation("create", .create, needsBody: true) { write, unit in
        let id = unit.newRandomID()
        let now = unit.now
        return try await saving(
            try await checked(try PolicyForm.complete(write.body ?? JSONObject()), id: id, nil, now, in: &unit), nil,
            pins: true, in: &unit)
    }

    package static let update = operation("update", .update, needsBody: true) { write, unit in
        let stored = try await unit.target(of: write, Kinds.operationApprovalPolicies)
        let now = unit.now
        var body = stored.document.members
        for member in try PolicyForm.complete(write.body ?? JSONObject(), over: stored.document).members {
            body[OperationApprovalPolicy.property(named: member.name)?.name ?? member.name] = member.value
        }
        let pins = write.body?.member(ignoringCase: exclusions) != nil
        return try await saving(
            try await checked(body, id: stored.id, stored, now, in: &unit), stored, pins: pins, in: &unit)
    }

    package static let delete = operation("delete", .delete, needsBody: false) { write, unit in
        let stored = try await unit.target(of: write, Kinds.operationApprovalPolicies)
        return GatedPlan(
            answer: .noContent, id: stored.id, name: stored.document.displayName, targets: [try stored.target],
            payload: stored.document.json, changedPolicy: try snapshot(stored)
        ) { unit in
            for name in names(of: stored.document) { unit.release(name, from: stored.key) }
            unit.delete(stored)
        }
    }

    private static func operation(
        _ name: String, _ operation: GatedOperation.PayloadOperation, needsBody: Bool,
        plan: @escaping @Sendable (GatedWrite, inout UnitOfWork) async throws -> GatedPlan
    ) -> GatedOperation {
        GatedOperation(
            name: "operationApprovalPolicy.\(name)", policyType: .operationApprovalPolicy,
            payloadType: "OperationApprovalPolicy", payloadOperation: operation, needsBody: needsBody,
            kind: Kinds.operationApprovalPolicies.name, plan: plan)
    }

    static func snapshot(_ policy: Stored<OperationApprovalPolicy>) throws(Invalid) -> Document<PolicySnapshot> {
        try PolicySnapshot.of(policy.document, version: policy.version ?? "")
    }

    // MARK: Checks

    /// A policy as it shall be: what its type declares, with groups and applications that exist, overlapping no other.
    private static func checked(
        _ body: JSONObject, id: String, _ old: Stored<OperationApprovalPolicy>?, _ now: Instant,
        in unit: inout UnitOfWork
    ) async throws -> Document<OperationApprovalPolicy> {
        var members = JSONObject()
        members["@odata.type"] = "#microsoft.graph.operationApprovalPolicy"
        for property in OperationApprovalPolicy.properties {
            var value = body.member(ignoringCase: property.name)?.value
            if property.name == "id" { value = .string(id) }
            if property.name == "lastModifiedDateTime" { value = now.json }
            if case .collection = property.edm, value?.isNull ?? true {
                value = property.traits.contains(.required) ? nil : []
            }
            if case .nullable = property.edm, value == nil { value = .null }
            if let value { members.append(property.name, value) }
        }
        var policy = try Document<OperationApprovalPolicy>(members)
        policy.approverGroupIds = unique(policy.approverGroupIds)
        policy.countersignExcludedApplicationIds = unique(policy.countersignExcludedApplicationIds)
        for group in policy.approverGroupIds {
            try ApproverGroups.check(group, try await unit.get(Kinds.groups, group)?.document)
        }
        for (index, app) in policy.countersignExcludedApplicationIds.enumerated()
        where try await unit.get(Kinds.servicePrincipals, app) == nil {
            throw Invalid(
                path: "countersignExcludedApplicationIds[\(index)]",
                reason:
                    "names \(app), and there is no such service principal. Use the object id of an enterprise application."
            )
        }
        let others = try await unit.all(
            Kinds.policyTypes, of: Kinds.operationApprovalPolicies, policy.policyType.rawValue)
        try PolicyOverlap.check(policy, among: others.map(\.document))
        return policy
    }

    /// Ids in lower case, each once.
    private static func unique(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.map { $0.lowercased() }.filter { seen.insert($0).inserted }
    }

    private static let exclusions = "countersignExcludedApplicationIds"

    /// - Parameter pins: whether the change names the excluded applications, and so approves them as they are now.
    private static func saving(
        _ policy: Document<OperationApprovalPolicy>, _ old: Stored<OperationApprovalPolicy>?, pins: Bool,
        in unit: inout UnitOfWork
    ) async throws -> GatedPlan {
        let applications = pins ? policy.countersignExcludedApplicationIds : []
        var conditions: [String] = []
        for app in applications { conditions += try await unit.controlsOfApplication(app).map { "\(app) \($0)" } }
        return GatedPlan(
            answer: .entity(status: old == nil ? 201 : 200, id: policy.id, bytes: policy.members.bytes), id: policy.id,
            name: old?.document.displayName ?? policy.displayName, targets: try old.map { [try $0.target] } ?? [],
            payload: .object(payload(policy, isNew: old == nil)), changedPolicy: try old.map { try snapshot($0) },
            conditions: conditions,
            beneficiaries: { try await controllers(of: applications, in: &$0) }
        ) { try await put(policy, over: old, pins: pins, in: &$0) }
    }

    /// As approvers are shown it: what a new one will be called by and when it is made is decided at completion.
    private static func payload(_ policy: Document<OperationApprovalPolicy>, isNew: Bool) -> JSONObject {
        var members = policy.members
        if isNew {
            members["id"] = nil
            members["lastModifiedDateTime"] = nil
        }
        return members
    }

    /// Everybody who can act as one of some applications.
    private static func controllers(
        of applications: [String], in unit: inout UnitOfWork
    ) async throws -> Set<Principal> {
        let principals = applications.map { Principal(.servicePrincipal, $0) }
        let control = try await unit.controlFacts(of: principals)
        return Set(principals.flatMap { control.controllers(of: $0) })
    }

    /// Who would write without approval once a request to change a policy has run, as the directory is now.
    static func beneficiaries(
        of machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> Set<Principal> {
        let operation = machine.internals.operation
        guard operation.entityKind == Kinds.operationApprovalPolicies.name else { return [] }
        let listed = operation.body?.value.object?.member(ignoringCase: exclusions)?.value.array ?? []
        return try await controllers(of: unique(listed.compactMap(\.string)), in: &unit)
    }

    /// Puts a policy with the names that it reserves and the owners and credentials of those it excludes.
    private static func put(
        _ policy: Document<OperationApprovalPolicy>, over old: Stored<OperationApprovalPolicy>?, pins renews: Bool,
        in unit: inout UnitOfWork
    ) async throws {
        var stored = old ?? Stored(Kinds.operationApprovalPolicies, id: policy.id, policy)
        for name in old.map({ names(of: $0.document) }) ?? [] { unit.release(name, from: stored.key) }
        let known = stored.internals["pinnedControls"]?.object
        stored.document = policy
        stored.internals = JSONObject()
        var pins = JSONObject()
        for app in policy.countersignExcludedApplicationIds {
            pins[app] = renews ? try await unit.controlsOfApplication(app).json : known?[app] ?? []
        }
        if !pins.isEmpty { stored.internals["pinnedControls"] = .object(pins) }
        try unit.put(stored)
        for name in names(of: policy) { unit.take(name, for: stored.key) }
    }

    /// Puts a policy as it is given, in an emulator or a new tenant: what it says is checked, nobody is asked.
    static func seed(_ body: JSONObject, id: String, in unit: inout UnitOfWork) async throws {
        let old = try await unit.get(Kinds.operationApprovalPolicies, id)
        let now = unit.now
        try await put(
            try await checked(try PolicyForm.complete(body), id: id, old, now, in: &unit), over: old, pins: true,
            in: &unit)
    }

    /// One policy for each type and platform (V18).
    static func names(of policy: Document<OperationApprovalPolicy>) -> [String] {
        policy.policyPlatform.members.map { "operationApprovalPolicy/\(policy.policyType.rawValue)/\($0.text)" }
    }
}

/// Why a policy lets through what it guards.
enum PolicyExemption: String, Sendable { case suspended, excluded }

extension Stored where Entity == OperationApprovalPolicy {
    /// Until when a break-glass suspends it.
    var suspendedUntil: Instant? { try? Instant(json: internals["suspendedUntil"] ?? .null) }
}

extension UnitOfWork {
    /// Why a policy doesn't stand between a caller and what it guards; nil where it does.
    mutating func exemption(from policy: Stored<OperationApprovalPolicy>, _ caller: Principal) async throws
        -> PolicyExemption?
    {
        if let until = policy.suspendedUntil, now < until {
            stands(until: until)
            return .suspended
        }
        return try await excludes(policy, caller) ? .excluded : nil
    }

    /// Whether a policy lets an application's own writes through.
    private mutating func excludes(_ policy: Stored<OperationApprovalPolicy>, _ caller: Principal) async throws -> Bool
    {
        guard ExcludedApplication.isListed(caller, in: policy.document) else { return false }
        if PlantedFault.pinsIgnored.isPlanted { return true }
        let pinned = policy.internals["pinnedControls"]?.object?[caller.id]?.array?.compactMap(\.string) ?? []
        return ExcludedApplication.excludes(
            caller, from: policy.document, controls: try await controlsOfApplication(caller.id), pinned: pinned)
    }

    /// Every owner and credential through which somebody can act as an application, also behind owners that are groups or
    /// applications, as texts; one that was removed and added again is another.
    fileprivate mutating func controlsOfApplication(_ id: String) async throws -> [String] {
        var controls: [String] = []
        var visited: Set<String> = [id]
        var open: [(id: String, relations: [EdgeRelation])] = [(id, [.owner, .credential])]
        while let (id, relations) = open.popLast() {
            for relation in relations {
                for edge in try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(relation, id)) {
                    let from = edge.document.fromId
                    controls.append("\(relation.rawValue):\(id):\(from)@\(edge.document.writtenAt)")
                    guard visited.insert(from).inserted else { continue }
                    switch edge.document.fromKind {
                    case .user: continue
                    case .group: open.append((from, [.owner, .member]))
                    case .servicePrincipal: open.append((from, [.owner, .credential]))
                    }
                }
            }
        }
        return controls.sorted()
    }
}
