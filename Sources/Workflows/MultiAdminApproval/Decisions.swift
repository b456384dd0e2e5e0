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
        try await command(as: caller, activity, about: Self.lookups(id)) { unit, actor, entry in
            var loaded = try await visible(id, to: actor, entry: &entry, in: &unit)
            let facts = try await deciderFacts(actor, of: loaded, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            entry.facts["controllers"] = facts.control.controllers(of: actor.principal).sorted().json
            let decider = try loaded.machine.eligibleDecider(facts)
            let effects = try event(&loaded.machine, decider, actor.identity)
            unit.stands(until: loaded.decisionEnd)
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
        try await command(as: caller, .cancelMyRequest, about: Self.lookups(id)) { unit, actor, entry in
            var loaded = try await visible(id, to: actor, entry: &entry, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            let effects = try loaded.machine.cancelMyRequest(by: caller.principal, at: unit.now)
            if loaded.stored.document.status.isActive { unit.stands(until: loaded.decisionEnd) }
            try OperationApprovalRequests.save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try unit.record(entry.event)
        }
    }

    /// The request, if the actor may see it; what can't be seen isn't there.
    func visible(
        _ id: String, to actor: ActingCaller, entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws -> OperationApprovalRequests.Loaded {
        guard let loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings) else {
            throw Refusal.requestNotFound
        }
        try await show(
            loaded, to: actor, by: OperationApprovalRequests.visibility, else: .requestNotFound, entry: &entry,
            in: &unit)
        return loaded
    }

    static func lookups(_ id: String) -> Lookups {
        Lookups(documents: [Key(Kinds.operationApprovalRequests.name, id)])
    }
}
