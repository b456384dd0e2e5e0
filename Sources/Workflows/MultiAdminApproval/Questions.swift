internal import Approvals
package import Directory
package import EDM
internal import JSON
package import MultiAdminApproval
internal import Storage

// What a caller can ask about operations and entities.
extension Governance {
    /// Whether a request locks an entity, and the latest one's status: four properties, for anybody with the permission
    /// (Graph: retrieveRequestStatus).
    /// - Parameter type: the service's own name, Graph's, or either without its namespace.
    /// - Throws: `Invalid` for a type whose operations are never gated.
    package func requestStatus(
        ofEntity id: String, type: String, in tenant: String
    ) async throws -> Document<OperationApprovalRequestEntityStatus> {
        guard let entity = GatedTypes.named(type) else {
            throw Invalid(
                path: "entityType",
                reason: "has the unknown value '\(type)'. Use one of: "
                    + GatedTypes.all.map { "Microsoft.Management.Services.Api.\($0.payloadType)" }.joined(
                        separator: ", ")
                    + ".")
        }
        let lock = EntityLock(kind: entity.kind, id: id)
        let active = try await store.preview(in: tenant) { unit -> Document<OperationApprovalRequest>? in
            guard let holder = try await unit.holder(of: OperationApprovalRequests.name(of: lock)) else { return nil }
            return try await unit.get(Kinds.operationApprovalRequests, holder.id)?.document
        }
        let now = try await store.now()
        if let active { return try OperationApprovalRequestEntityStatus.of(active, at: now) }
        let latest = try await store.read(
            Query(
                Kinds.operationApprovalRequests, tenant: tenant,
                visibility: .union([.entry(index: Kinds.requestTargets.name, values: ["\(entity.kind)/\(id)"])]),
                order: [Query.Order(Field(path: ["requestDateTime"], type: .instant), descending: true)], limit: 1)
        ).map { try Document<OperationApprovalRequest>(json: JSONReader.read($0.document, limits: .stored)) }.first
        return try OperationApprovalRequestEntityStatus.of(latest, at: now)
    }

    /// The types and platforms under whose policies the caller may approve (Graph: retrieveApprovableOperations).
    package func approvableOperations(for caller: Caller) async throws -> [Document<OperationApprovalPolicySet>] {
        try await store.preview(in: caller.tenant) { unit in
            guard try await unit.isEnabled(caller.principal) else { return [] }
            let actor = try await unit.actor(caller)
            guard !caller.isApplication || settings.multiAdminApproval.appOnlyApproval, !actor.isGuest else {
                return []
            }
            let facts = DeciderFacts(
                decider: Decider(caller.principal), edges: try await unit.approverEdges(of: caller.principal),
                now: unit.now)
            return try await unit.policies().map(\.document).filter { policy in
                let snapshot = try PolicySnapshot.of(policy, version: "")
                return ApproverResolution.admits(facts, to: AllRequiredTypes.requirement([snapshot]))
            }.map(OperationApprovalPolicySet.of)
        }
    }

    /// The types and platforms whose operations need an approval of the caller (Graph:
    /// retrieveOperationsRequiringApproval).
    package func operationsRequiringApproval(for caller: Caller) async throws -> [Document<OperationApprovalPolicySet>]
    {
        try await store.preview(in: caller.tenant) { unit in
            var sets: [Document<OperationApprovalPolicySet>] = []
            for policy in try await unit.policies()
            where try await unit.exemption(from: policy, caller.principal) == nil {
                sets.append(try OperationApprovalPolicySet.of(policy.document))
            }
            return sets
        }
    }

    /// DELETE of an ended request: out of view, not out of the records (rule R36).
    package func deleteRequest(_ id: String, as caller: Caller) async throws {
        try await command(as: caller, .delete, about: Self.lookups(id)) { unit, actor, entry in
            var loaded = try await visible(id, to: actor, entry: &entry, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            try AdministratorRole.check(actor.principal, roles: try await unit.roles(of: actor.principal))
            let control = try await unit.controlFacts(of: [actor.principal])
            let effects = try loaded.machine.delete(by: actor.principal, control: control, at: unit.now)
            try OperationApprovalRequests.save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try unit.record(entry.event)
        }
    }
}

extension OperationApprovalPolicySet {
    static func of(_ policy: Document<OperationApprovalPolicy>) throws(Invalid) -> Document<OperationApprovalPolicySet>
    {
        try Document {
            $0.policyType = policy.policyType
            $0.policyPlatform = policy.policyPlatform
        }
    }
}

/// The types of entities whose operations can be gated, with the names that clients know them by.
enum GatedTypes {
    struct Entry: Sendable {
        /// The stored kind, which is Graph's name.
        let kind: String
        let payloadType: String
        /// Other names that the service uses for it.
        var aliases: [String] = []
    }

    static let all: [Entry] =
        [
            Entry(kind: Kinds.managedDevices.name, payloadType: "ManagedDevice"),
            Entry(kind: Kinds.operationApprovalPolicies.name, payloadType: "OperationApprovalPolicy"),
        ]
        + GatedCollection.all.map {
            Entry(kind: $0.kind.name, payloadType: $0.payloadType, aliases: $0.otherNames)
        }

    static func named(_ type: String) -> Entry? {
        let bare = (type.hasPrefix("#") ? String(type.dropFirst()) : type).lowercased()
        let namespace = ["microsoft.graph.", "microsoft.management.services.api."].first { bare.hasPrefix($0) } ?? ""
        let name = bare.dropFirst(namespace.count)
        return all.first { entry in
            ([entry.kind, entry.payloadType] + entry.aliases).contains { $0.lowercased() == name }
        }
    }
}

extension UnitOfWork {
    /// Every access policy of the tenant; "there is no other" is remembered.
    mutating func policies() async throws -> [Stored<OperationApprovalPolicy>] {
        try await all(Kinds.policiesOfTenant, of: Kinds.operationApprovalPolicies, Kinds.everyPolicy)
            .sorted { ($0.document.displayName, $0.id) < ($1.document.displayName, $1.id) }
    }
}
