internal import Approvals
package import Directory
internal import EDM
internal import JSON
package import MultiAdminApproval
internal import Storage

// approve, reject, cancelApproval (Graph: operationApprovalRequest actions) and cancelMyRequest.
extension Governance {
    /// Approves a waiting request.
    /// - Throws: `Refusal` (404 where the caller can't see it), `Refused` (403, 409).
    package func approve(
        _ id: String, justification: String?, source: OperationApprovalSource, as caller: Caller
    ) async throws {
        try await decide(.approve, id, justification, as: caller) { machine, decider, identity throws(Refusal) in
            try machine.approve(by: decider, as: identity, justification: justification, source: source)
        }
    }

    /// Rejects a waiting request.
    package func reject(
        _ id: String, justification: String?, source: OperationApprovalSource, as caller: Caller
    ) async throws {
        try await decide(.reject, id, justification, as: caller) { machine, decider, identity throws(Refusal) in
            try machine.reject(by: decider, as: identity, justification: justification, source: source)
        }
    }

    /// Takes an approval back before the operation is completed.
    package func cancelApproval(
        _ id: String, justification: String?, source: OperationApprovalSource, as caller: Caller
    ) async throws {
        try await decide(.cancelApproval, id, justification, as: caller) { machine, decider, identity throws(Refusal) in
            try machine.cancelApproval(by: decider, as: identity, justification: justification, source: source)
        }
    }

    private func decide(
        _ activity: AuditEntry.Activity, _ id: String, _ justification: String?, as caller: Caller,
        _ event: (inout OperationApprovalRequestMachine, EligibleDecider, Document<IdentitySet>?) throws(Refusal) ->
            [OperationApprovalRequestEffect]
    ) async throws {
        try await decide(as: caller, activity, about: Self.lookups(id)) { unit, actor, entry in
            var loaded = try await visible(id, to: actor, entry: &entry, in: &unit)
            let facts = try await deciderFacts(actor, of: loaded.machine, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            entry.facts["controllers"] = facts.control.controllers(of: actor.principal).sorted().json
            let decider = try loaded.machine.eligibleDecider(facts)
            let effects = try event(&loaded.machine, decider, actor.identity)
            unit.stands(until: deadline(of: loaded.machine))
            entry.facts["parties"] = loaded.machine.parties.json
            entry.facts["paths"] = decider.paths.json
            entry.texts["approvalJustification"] = justification
            try OperationApprovalRequests.save(
                loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try unit.record(entry.event)
        }
    }

    /// The requestor withdraws, before or after the approval.
    package func cancelMyRequest(_ id: String, as caller: Caller) async throws {
        try await decide(as: caller, .cancelMyRequest, about: Self.lookups(id)) { unit, actor, entry in
            var loaded = try await visible(id, to: actor, entry: &entry, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            let effects = try loaded.machine.cancelMyRequest(by: caller.principal, at: unit.now)
            if loaded.stored.document.status.isActive { unit.stands(until: deadline(of: loaded.machine)) }
            try OperationApprovalRequests.save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try unit.record(entry.event)
        }
    }

    /// The request, if the actor may see it; what can't be seen isn't there.
    func visible(
        _ id: String, to actor: Actor, entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws -> OperationApprovalRequests.Loaded {
        guard let loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings) else {
            throw Refusal.requestNotFound
        }
        try await unit.prefetch(lookups(of: loaded.machine, for: actor, in: &unit))
        let facts = try await unit.callerFacts(actor.caller)
        let entries = Kinds.operationApprovalRequests.entries(
            loaded.machine.document, loaded.machine.internals.members)
        guard
            OperationApprovalRequests.visibility(for: facts).filter
                .matches(loaded.machine.document.json, entries: entries)
        else { throw Refusal.requestNotFound }
        entry.subject = loaded.stored.key
        entry.targetName = loaded.stored.document.payloadName
        return loaded
    }

    static func lookups(_ id: String) -> Lookups {
        Lookups(documents: [Key(Kinds.operationApprovalRequests.name, id)])
    }

    /// What visibility and rules will ask about a request and an actor.
    private func lookups(
        of machine: OperationApprovalRequestMachine, for actor: Actor, in unit: inout UnitOfWork
    ) async throws -> Lookups {
        let edges = try await unit.all(Kinds.edgesFrom, of: Kinds.edges, Kinds.edge(.member, actor.principal.id))
        let writers = edges.compactMap { try? Principal(text: $0.document.writtenBy) }
        return Lookups.memberships(of: edges.map(\.document.toId))
            + .control(of: Set(writers + [machine.internals.operation.requestor]))
            + Lookups(guarded: Set(machine.internals.policies.map { Kinds.policyTypes.value($0.policyType.rawValue) }))
    }

    /// Everything by which the rules judge a decider, read in this unit of work.
    func deciderFacts(
        _ actor: Actor, of machine: OperationApprovalRequestMachine, in unit: inout UnitOfWork
    ) async throws -> DeciderFacts {
        let edges = try await unit.approverEdges(of: actor.principal)
        let writers = Set(edges.map(\.writtenBy)).filter { $0.kind != .system }
        let requestor = machine.internals.operation.requestor
        let control = try await unit.controlFacts(of: [actor.principal, requestor] + writers.sorted())
        var parties = Parties()
        if !PlantedFault.selfDecisionAllowed.isPlanted {
            parties.add(control.controllers(of: requestor), as: .filer)
            parties.add(try await OperationApprovalPolicies.beneficiaries(of: machine, in: &unit), as: .target)
        }
        return DeciderFacts(
            decider: Decider(actor.principal, isGuest: actor.isGuest), control: control, edges: edges, parties: parties,
            inForce: AllRequiredTypes.inForce(
                try await policies(
                    Set(machine.internals.policies.map(\.policyType)), in: &unit),
                types: machine.internals.policies.map(\.policyType)),
            now: PlantedFault.expiryOffByOne.isPlanted ? unit.now - .seconds(1) : unit.now)
    }

    private func deadline(of machine: OperationApprovalRequestMachine) -> Instant {
        PlantedFault.expiryOffByOne.isPlanted ? machine.deadline + .seconds(1) : machine.deadline
    }

    /// The policies in force of some types, as snapshots.
    func policies(
        _ types: Set<OperationApprovalPolicyType>, in unit: inout UnitOfWork
    ) async throws -> [Document<PolicySnapshot>] {
        var snapshots: [Document<PolicySnapshot>] = []
        for type in types.sorted(by: { $0.rawValue < $1.rawValue }) {
            for stored in try await unit.all(Kinds.policyTypes, of: Kinds.operationApprovalPolicies, type.rawValue) {
                snapshots.append(try OperationApprovalPolicies.snapshot(stored))
            }
        }
        return snapshots
    }
}
