package import Approvals
package import Directory
package import EDM
internal import JSON
package import Storage

/// The account behind a token doesn't exist or is disabled: whatever the token says, it can't act.
package struct AccountInactive: Error {
    package init() {}
}

/// Who acts, as the directory knows them in this unit of work.
package struct ActingCaller: Sendable {
    package let caller: Caller
    package let displayName: String?
    package let userPrincipalName: String?
    package let isGuest: Bool
    package let identity: Document<IdentitySet>?

    package var principal: Principal { caller.principal }
}

extension UnitOfWork {
    /// - Throws: `AccountInactive`.
    package mutating func actor(_ caller: Caller) async throws -> ActingCaller {
        guard try await isEnabled(caller.principal) else { throw AccountInactive() }
        let user = caller.principal.kind == .user ? try await get(Kinds.users, caller.principal.id)?.document : nil
        let app =
            caller.isApplication ? try await get(Kinds.servicePrincipals, caller.principal.id)?.document : nil
        return ActingCaller(
            caller: caller, displayName: user?.displayName ?? app?.displayName,
            userPrincipalName: user?.userPrincipalName,
            isGuest: user?.userType?.lowercased() == "guest", identity: try await identitySet(of: caller.principal))
    }
}

/// A refusal by a machine with the event that records it.
package struct Refused: CommittedRefusal {
    package let refusal: Refusal
    let kind: RefusalTally.Kind
    let entry: AuditEntry
    let refusedAt: Instant
    /// An equal refusal is in the log already: this one is only counted.
    let isRepeated: Bool

    package func event(at now: Instant) -> Event? { isRepeated ? nil : entry.event }
}

extension Governance {
    /// Runs a command of an actor, with what refusals by its machines leave in the log: those that their code records, on an
    /// object that exists.
    ///
    /// - Parameters:
    ///   - lookups: what the body will ask besides what it asks of every caller.
    ///   - body: names in `entry.subject` the object that it found.
    package func command<Result>(
        as caller: Caller, _ activity: AuditEntry.Activity, about lookups: Lookups = Lookups(),
        _ body: (inout UnitOfWork, ActingCaller, inout AuditEntry) async throws -> Result
    ) async throws -> Result {
        try await recordCountedRefusals()
        do {
            return try await store.decide(in: caller.tenant) { unit in
                try await unit.prefetch(lookups + .standing(of: caller.principal) + .control(of: [caller.principal]))
                let actor = try await unit.actor(caller)
                var entry = AuditEntry(activity, actor, subject: nil)
                do {
                    let result = try await body(&unit, actor, &entry)
                    try await ifMatch?.check(in: &unit)
                    return result
                } catch let refusal as Refusal {
                    guard let subject = entry.subject, refusal.code.isRecorded else {
                        throw refusal
                    }
                    let kind = RefusalTally.Kind(
                        tenant: caller.tenant, actor: caller.principal.text, subject: subject, code: refusal.code)
                    entry.refusal = refusal
                    throw Refused(
                        refusal: refusal, kind: kind, entry: entry, refusedAt: unit.now,
                        isRepeated: tally.isRepeated(kind, at: unit.now))
                }
            }
        } catch let refused as Refused {
            tally.count(refused.kind, at: refused.refusedAt, refused.entry)
            throw refused
        }
    }
}
