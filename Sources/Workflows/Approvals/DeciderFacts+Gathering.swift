package import Approvals
internal import Directory
package import EDM
package import Storage

// What the rules judge a decider by, gathered for a request of any kind.
extension Governance {
    /// Everything by which the rules judge a decider, read in this unit of work.
    package func deciderFacts(
        _ actor: ActingCaller, of request: any ApprovalBearing, in unit: inout UnitOfWork
    ) async throws -> DeciderFacts {
        let edges = try await unit.approverEdges(of: actor.principal)
        let writers = Set(edges.map(\.writtenBy)).filter { $0.kind != .system }
        let requestor = request.requestor
        let control = try await unit.controlFacts(of: [actor.principal, requestor] + writers.sorted())
        var parties = Parties()
        if !PlantedFault.selfDecisionAllowed.isPlanted {
            parties.add(control.controllers(of: requestor), as: .filer)
            parties.add(try await request.beneficiaries(in: &unit), as: .target)
        }
        return DeciderFacts(
            decider: Decider(actor.principal, isGuest: actor.isGuest), control: control, edges: edges, parties: parties,
            inForce: try await request.inForce(in: &unit),
            now: PlantedFault.expiryOffByOne.isPlanted ? unit.now - .seconds(1) : unit.now)
    }

    /// What visibility and rules will ask about a request and an actor.
    private func lookups(
        of request: any ApprovalBearing, for actor: ActingCaller, in unit: inout UnitOfWork
    ) async throws -> Lookups {
        let edges = try await unit.all(Kinds.edgesFrom, of: Kinds.edges, Kinds.edge(.member, actor.principal.id))
        let writers = edges.compactMap { try? Principal(text: $0.document.writtenBy) }
        return Lookups.memberships(of: edges.map(\.document.toId))
            + .control(of: Set(writers + [request.requestor])) + request.lookups
    }

    /// Lets an actor see a request, which is the entry's subject from then on. What can't be seen isn't there.
    /// - Throws: `missing`.
    package func show(
        _ request: some ApprovalBearing, to actor: ActingCaller, by visibility: (CallerFacts) -> Visibility,
        else missing: Refusal, entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws {
        try await unit.prefetch(lookups(of: request, for: actor, in: &unit))
        let facts = try await unit.callerFacts(actor.caller)
        let (document, entries) = request.shown
        guard visibility(facts).filter.matches(document, entries: entries) else { throw missing }
        entry.subject = request.subject
        entry.targetName = request.title
    }
}

extension ApprovalBearing {
    /// Until when a decision may be committed, as the unit of work bounds itself.
    package var decisionEnd: Instant { PlantedFault.expiryOffByOne.isPlanted ? deadline + .seconds(1) : deadline }

    /// When it settles next.
    package var settlesAt: Instant? {
        nextTimer.map { PlantedFault.expiryOffByOne.isPlanted ? $0 + .seconds(1) : $0 }
    }
}

extension PlantedFault {
    static let ofApprovals = [expiryOffByOne, selfDecisionAllowed]

    /// A deadline counts as reached one second late.
    static let expiryOffByOne = Self("expiryOffByOne")
    /// A party may decide.
    static let selfDecisionAllowed = Self("selfDecisionAllowed")
}
