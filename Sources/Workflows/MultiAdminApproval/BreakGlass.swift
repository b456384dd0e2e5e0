internal import Approvals
internal import Directory
package import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

/// An emergency in which one person did what takes two, until another person has reviewed it (security rule R10).
package struct BreakGlassRecord: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .required])
    package let openedDateTime = Property<Instant>("openedDateTime", .required)
    /// `approve` a request or `suspend` a policy.
    package let action = Property<String>("action", .required)
    /// The request's or the policy's id.
    package let subjectId = Property<String>("subjectId", .required)
    package let openedBy = Property<String>("openedBy", .required)
    package let reason = Property<String>("reason", .required)
    package let suspendedUntil = Property<Instant?>("suspendedUntil")
    package let closedDateTime = Property<Instant?>("closedDateTime")
    package let closedBy = Property<String?>("closedBy")
    package let conclusion = Property<String?>("conclusion")
}

// From the console only: no route leads here.
extension Governance {
    /// Approves a waiting request in an emergency, in the name of a person who isn't a party to it.
    /// - Parameter user: the person's id.
    /// - Throws: `Refusal`, `Refused`, `ResourceNotFound`.
    package func breakGlass(
        approving id: String, as user: String, reason: String, in tenant: String
    ) async throws {
        let caller = Self.console(user, tenant)
        try BreakGlass.check(reason: reason)
        try await command(as: caller, .breakGlass) { unit, actor, entry in
            guard var loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings) else {
                throw ResourceNotFound(id: id)
            }
            entry.subject = loaded.stored.key
            entry.targetName = loaded.stored.document.payloadName
            let facts = try await deciderFacts(actor, of: loaded, in: &unit)
            entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
            entry.facts["controllers"] = facts.control.controllers(of: actor.principal).sorted().json
            let decider = try loaded.machine.breakGlassDecider(facts)
            let effects = try loaded.machine.approve(by: decider, as: actor.identity, justification: reason)
            unit.stands(until: loaded.machine.deadline)
            entry.facts["parties"] = loaded.machine.parties.json
            try OperationApprovalRequests.save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try await open("approve", id, nil, actor, reason, entry: &entry, in: &unit)
        }
    }

    /// Suspends an access policy in an emergency: what it guards runs at once until then.
    package func breakGlass(
        suspending id: String, for duration: Duration, as user: String, reason: String, in tenant: String
    ) async throws -> Instant {
        try BreakGlass.check(reason: reason)
        try BreakGlass.check(suspension: duration)
        return try await command(as: Self.console(user, tenant), .breakGlass) { unit, actor, entry in
            guard var policy = try await unit.get(Kinds.operationApprovalPolicies, id) else {
                throw ResourceNotFound(id: id)
            }
            entry.subject = policy.key
            entry.targetName = policy.document.displayName
            let until = unit.now + duration
            policy.internals["suspendedUntil"] = until.json
            try unit.put(policy)
            try await open("suspend", id, until, actor, reason, entry: &entry, in: &unit)
            return until
        }
    }

    /// Another person's review, which ends it: a policy that is still suspended is in force again.
    package func closeBreakGlass(as user: String, conclusion: String, in tenant: String) async throws {
        try BreakGlass.check(reason: conclusion)
        try await command(as: Self.console(user, tenant), .breakGlassReviewed) { unit, actor, entry in
            guard let holder = try await unit.holder(of: Self.breakGlassName),
                var record = try await unit.get(Kinds.breakGlass, holder.id)
            else { throw Refusal(.breakGlass, "No break-glass is open.") }
            entry.subject = record.key
            let opener = try Principal(text: record.document.openedBy)
            let control = try await unit.controlFacts(of: [actor.principal, opener])
            try BreakGlass.check(
                reviewer: control.controllers(of: actor.principal), opener: control.controllers(of: opener))
            record.document.closedDateTime = unit.now
            record.document.closedBy = actor.principal.text
            record.document.conclusion = conclusion
            try unit.put(record)
            if var policy = try await unit.get(Kinds.operationApprovalPolicies, record.document.subjectId),
                policy.internals["suspendedUntil"] != nil
            {
                policy.internals["suspendedUntil"] = nil
                try unit.put(policy)
            }
            unit.release(Self.breakGlassName, from: record.key)
            entry.texts["conclusion"] = conclusion
            try unit.record(entry.event)
        }
    }

    private static let breakGlassName = "breakGlass"

    private static func console(_ user: String, _ tenant: String) -> Caller {
        Caller(
            tenant: tenant, principal: Principal(.user, user), proof: Caller.Proof(issuer: "console", client: "console")
        )
    }

    /// The follow-up that another person closes, and the word to everybody whom it concerns, in the same change set.
    private func open(
        _ action: String, _ subject: String, _ until: Instant?, _ actor: ActingCaller, _ reason: String,
        entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws {
        try BreakGlass.check(isAnotherOpen: try await unit.holder(of: Self.breakGlassName) != nil)
        let (id, now) = (unit.newRandomID(), unit.now)
        let record = Stored(
            Kinds.breakGlass, id: id,
            try Document {
                $0.id = id
                $0.openedDateTime = now
                $0.action = action
                $0.subjectId = subject
                $0.openedBy = actor.principal.text
                $0.reason = reason
                $0.suspendedUntil = until
            })
        try unit.put(record)
        unit.take(Self.breakGlassName, for: record.key)
        try unit.deliver(
            "breakGlass", stream: "breakGlass/\(id)",
            body: [
                "action": .string(action), "subject": .string(subject), "person": .string(actor.principal.text),
                "reason": .string(reason), "until": until.json,
            ])
        entry.facts["breakGlass"] = .string(id)
        entry.texts["reason"] = reason
        try unit.record(entry.event)
    }
}
