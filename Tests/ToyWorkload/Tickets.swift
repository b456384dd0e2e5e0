package import Approvals
package import Directory
package import EDM
package import JSON
@_spi(Decisions) package import Storage
package import Workflows

extension Kinds {
    package static let ticketAudience = Index<Ticket>("ticket.audience", guarded: false) { _, internals in
        let approval = internals["approval"]
        return Audience.entries(of: approval, groups: []) + Audience.approvers(of: approval)
    }
    package static let tickets = Kind<Ticket>(
        "ticket", columns: ["createdDateTime", "requestor/user/id", "ticketState"],
        orderings: [["createdDateTime"]], indexes: [ticketAudience, ticketQueues])
    /// A queue isn't deleted while tickets wait in it.
    package static let ticketQueues = Index<Ticket>(UnitOfWork.standsOn, guarded: true) { ticket, _ in
        ticket.ticketState == .waiting ? [UnitOfWork.footing(Key(queues.name, ticket.queueId))] : []
    }
    package static let ticketArchive = Kind<Ticket>(
        "ticketArchive", columns: ["createdDateTime", "requestor/user/id"], orderings: [["createdDateTime"]],
        indexes: [ticketAudience])
    package static let queueGroups = Index<Queue>("queue.approverGroup", guarded: true) { queue, _ in
        [queue.approverGroupId.lowercased(), "*"]
    }
    package static let queues = Kind<Queue>(
        "queue", columns: ["displayName"], orderings: [["displayName"]], indexes: [queueGroups], canBeStoodOn: true)
    package static let labels = Kind<Label>("label", columns: ["queueId", "displayName"], orderings: [["queueId"]])
    package static let helpDeskSettings = Kind<HelpDeskSettings>("helpDeskSettings")
}

/// A ticket as a command holds it.
package struct LoadedTicket: StoredRequest {
    package let stored: Stored<Ticket>
    package var approval: ApprovalMachine
    package let requestor: Principal

    package init(_ stored: Stored<Ticket>, settings: Governance.Settings) throws(Invalid) {
        self.stored = stored
        approval = try ApprovalMachine(json: stored.internals["approval"] ?? .null)
        requestor = try Principal(text: stored.internals["filer"]?.string ?? "")
    }

    package var title: String? { stored.document.title }
    package var status: String { stored.document.ticketState.rawValue }
    package var isActive: Bool { stored.document.ticketState == .waiting }
    package var filedAt: Instant { stored.document.createdDateTime }
    package var deadline: Instant { stored.document.expirationDateTime }
    package var nextTimer: Instant? { isActive ? deadline : stored.document.closedDateTime.map { $0 + Self.retention } }
    package var snapshot: (filed: String?, now: String?) { (digest, digest) }
    private var digest: String? { stored.document.queueId }
    static let retention: Duration = .days(7)

    package var facts: JSONObject {
        [
            "parties": approval.parties.json, "snapshot": digest.json, "title": .string(stored.document.title),
            "requestor": requestor.json,
        ]
    }

    package func inForce(in unit: inout UnitOfWork) async throws -> ApproverRequirement? {
        try await unit.get(Kinds.queues, stored.document.queueId).map {
            ApproverRequirement(anyOf: [.members(ofGroup: $0.document.approverGroupId)])
        }
    }
}

extension Governance {
    /// Files a ticket into a queue.
    package func fileTicket(
        _ body: JSONObject, _ reader: BodyReader, id: String? = nil, as caller: Caller
    ) async throws -> Document<Ticket> {
        let lifetime = settings[HelpDeskSwitches.self].ticketLifetime
        return try await command(as: caller, .ticketFiled) { unit, actor, entry in
            let (id, now) = (id ?? unit.newRandomID(), unit.now)
            let ticket = try Document<Ticket>(creating: body, reader) {
                $0.id = id
                $0.ticketState = .waiting
                $0.requestor = actor.identity
                $0.createdDateTime = now
                $0.expirationDateTime = now + lifetime
            }
            guard let queue = try await unit.get(Kinds.queues, ticket.queueId) else {
                throw Invalid(path: "queueId", reason: "names \(ticket.queueId), and there is no such queue.")
            }
            entry.subject = queue.key
            try OpenQueue.check(isOpen: queue.document.isOpen ?? true, name: queue.document.displayName)
            var parties = Parties()
            parties.add(
                try await unit.controlFacts(of: [actor.principal]).controllers(of: actor.principal), as: .filer)
            let stage = StageDefinition(
                primary: ApproverRequirement(anyOf: [.members(ofGroup: queue.document.approverGroupId)]),
                timeout: lifetime)
            let (machine, _) = ApprovalMachine.open(
                ApprovalDefinition(singleStage: stage), parties: parties, at: now)
            let stored = Stored(
                Kinds.tickets, id: id, ticket,
                internals: ["approval": machine.json, "filer": actor.principal.json],
                settlesAt: ticket.expirationDateTime)
            entry.subject = stored.key
            entry.targetName = ticket.title
            entry.facts = try LoadedTicket(stored, settings: settings).facts
            entry.changes.append(("status", nil, TicketState.waiting.rawValue))
            try unit.put(stored)
            try unit.record(entry.event)
            return ticket
        }
    }

    /// Grants or denies a waiting ticket.
    package func decideTicket(
        _ id: String, _ choice: DecisionChoice, justification: String?, as caller: Caller
    ) async throws {
        try await command(as: caller, choice == .approve ? .ticketGranted : .ticketDenied) { unit, actor, entry in
            guard var ticket = try await LoadedTicket.load(Kinds.tickets, id, in: &unit, settings: settings) else {
                throw Tickets.notFound(id)
            }
            try await show(
                ticket, to: actor, by: Tickets.visibility, else: Tickets.notFound(id), entry: &entry, in: &unit)
            let facts = try await deciderFacts(actor, of: ticket, in: &unit)
            entry.facts = ticket.facts
            entry.facts["controllers"] = facts.control.controllers(of: actor.principal).sorted().json
            let decider = try ticket.eligibleDecider(facts)
            _ = try ticket.approval.decide(choice, by: decider, justification: justification)
            unit.stands(until: ticket.decisionEnd)
            entry.facts["parties"] = ticket.approval.parties.json
            entry.facts["paths"] = decider.paths.json
            entry.texts["justification"] = justification
            try Tickets.close(ticket, choice == .approve ? .granted : .denied, at: unit.now, &entry, in: &unit)
        }
    }

    /// The requestor withdraws a waiting ticket.
    package func cancelTicket(_ id: String, as caller: Caller) async throws {
        try await command(as: caller, .ticketCancelled) { unit, actor, entry in
            guard var ticket = try await LoadedTicket.load(Kinds.tickets, id, in: &unit, settings: settings) else {
                throw Tickets.notFound(id)
            }
            try await show(
                ticket, to: actor, by: Tickets.visibility, else: Tickets.notFound(id), entry: &entry, in: &unit)
            guard ticket.requestor == actor.principal else { throw Tickets.notFound(id) }
            entry.facts = ticket.facts
            _ = try ticket.approval.cancel(at: unit.now)
            unit.stands(until: ticket.decisionEnd)
            try Tickets.close(ticket, .cancelled, at: unit.now, &entry, in: &unit)
        }
    }
}

package enum Tickets {
    package static func visibility(for facts: CallerFacts) -> Visibility {
        Audience.visibility(
            for: facts, index: Kinds.ticketAudience.name, relations: [.party, .decider, .approverGroup],
            requestor: requestor(facts.caller))
    }

    package static func own(_ caller: Caller) -> Visibility { .union([requestor(caller)]) }

    private static func requestor(_ caller: Caller) -> Visibility.Term {
        .column(Field(path: ["requestor", "user", "id"], type: .text), in: [.text(caller.principal.id)])
    }

    static func notFound(_ id: String) -> Refusal {
        Refusal(RefusalCode("ticketNotFound", .notFound), "There is no ticket '\(id)'.")
    }

    /// Expiry at the deadline, the archive at the end of retention.
    static func settle(_ id: String, in unit: inout UnitOfWork, settings: Governance.Settings) async throws {
        guard let stored = try await unit.get(Kinds.tickets, id), let due = stored.settlesAt, due <= unit.now else {
            return
        }
        unit.stands(from: due)
        var ticket = try LoadedTicket(stored, settings: settings)
        var entry = AuditEntry(ticket.isActive ? .ticketExpired : .ticketArchived, subject: stored.key)
        entry.targetName = ticket.title
        entry.facts = ticket.facts
        if ticket.isActive {
            _ = ticket.approval.advance(to: unit.now)
            return try close(ticket, .expired, at: due, &entry, in: &unit)
        }
        unit.delete(stored)
        try unit.put(
            Stored(
                Kinds.ticketArchive, id: id, stored.document, internals: stored.internals, settlesAt: nil))
        try unit.record(entry.event)
    }

    static func close(
        _ ticket: LoadedTicket, _ state: TicketState, at now: Instant, _ entry: inout AuditEntry,
        in unit: inout UnitOfWork
    ) throws {
        var stored = ticket.stored
        entry.changes.append(("status", ticket.status, state.rawValue))
        stored.document.ticketState = state
        stored.document.closedDateTime = now
        stored.internals["approval"] = ticket.approval.json
        stored.settlesAt = now + LoadedTicket.retention
        try unit.put(stored)
        try unit.record(entry.event)
    }
}
