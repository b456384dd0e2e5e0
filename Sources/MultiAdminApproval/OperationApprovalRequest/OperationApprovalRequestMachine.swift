package import Approvals
package import Directory
package import EDM
package import JSON

/// The life of one request, from filing to its removal from view. Built from a stored document and its internals, it
/// gives back both, changed, with the effects of each event. A refusal changes nothing; what time does, it does once.
package struct OperationApprovalRequestMachine: Hashable, Sendable {
    package private(set) var document: Document<OperationApprovalRequest>
    package private(set) var internals: Document<OperationApprovalRequestInternals>
    /// The one stage that it has.
    package private(set) var approval: ApprovalMachine
    private let retention: Duration

    package static let defaultRetention: Duration = .days(30)

    /// - Throws: `Invalid` where document and internals contradict each other.
    package init(
        _ document: Document<OperationApprovalRequest>, _ internals: Document<OperationApprovalRequestInternals>,
        retention: Duration = defaultRetention
    ) throws(Invalid) {
        self.document = document
        self.internals = internals
        self.retention = retention
        approval = internals.approval
        try check()
    }

    /// Files a request: nothing runs, the entity is locked.
    package static func file(
        _ filing: OperationApprovalFiling, at now: Instant, retention: Duration = defaultRetention
    ) throws(Refusal) -> (machine: OperationApprovalRequestMachine, effects: [OperationApprovalRequestEffect]) {
        let locks = EntityLock.all(of: filing.operation)
        try OneActiveRequest.check(locks, held: filing.heldLocks)
        try JustificationLength.check(filing.justification)
        var parties = filing.parties
        parties.add([filing.operation.requestor], as: .filer)
        let stage = StageDefinition(
            primary: filing.requirement, timeout: filing.lifetime, quorum: filing.quorum,
            isJustificationRequired: filing.isDecisionJustificationRequired)
        let approval = ApprovalMachine.open(
            ApprovalDefinition(singleStage: stage, switches: filing.switches), parties: parties, at: now
        ).machine
        let machine: OperationApprovalRequestMachine
        do throws(Invalid) {
            machine = try OperationApprovalRequestMachine(
                filing.document(at: now, expiration: now + filing.lifetime), filing.internals(approval),
                retention: retention)
        } catch { throw Refusal(.filedByTheOperation, "The request can't be filed: \(error)") }
        return (machine, [.statusChanged(from: nil, to: .needsApproval)] + locks.map { .lockTaken($0) })
    }

    /// Whether document, internals and approval tell one story.
    private func check() throws(Invalid) {
        let fitting: Set<ApprovalState>
        switch status {
        case .needsApproval: fitting = [.pending]
        case .approved, .completed: fitting = [.approved]
        case .rejected: fitting = [.denied]
        case .cancelled: fitting = [.cancelled, .approved]
        case .expired: fitting = [.timedOut, .approved]
        case .unknown, .unknownFutureValue:
            throw Invalid(path: "status", reason: "is '\(status.rawValue)', which no request has.")
        }
        guard approval.stages.count == 1, fitting.contains(approval.state) else {
            throw Invalid(path: "status", reason: "doesn't fit its approval, which is \(approval.state.rawValue).")
        }
        guard approval.stages[0].run?.deadline == deadline else {
            throw Invalid(path: "expirationDateTime", reason: "isn't the deadline of its approval.")
        }
        guard !isHidden || !status.isActive else {
            throw Invalid(path: "status", reason: "is active, but the request is hidden.")
        }
    }

    // MARK: What there is to know

    package var status: OperationApprovalRequestStatus { document.status }
    /// Deleted, or past its retention: answers as one that never was.
    package var isHidden: Bool { internals.hiddenDateTime != nil }
    /// Everybody with a stake, with the reasons (R1).
    package var parties: Parties { approval.parties }
    /// Who the policies say may decide.
    package var requirement: ApproverRequirement { approval.definition.stages[0].primary }
    package var decisions: [Decision] { approval.decisions }
    /// Until when a decision of a person may be committed (R24).
    package var deadline: Instant { document.expirationDateTime }

    /// When time will next change something: expiry, or the end of retention.
    package var nextTimer: Instant? { isHidden ? nil : status.isActive ? deadline : purgeDate }

    private var purgeDate: Instant { internals.purgeDateTime ?? document.lastModifiedDateTime + retention }

    /// Judges somebody who wants to approve, reject or cancel an approval; rights are judged whatever the status.
    package func eligibleDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        guard !isHidden else { throw .requestNotFound }
        return try approval.eligibleDecider(facts, stage: 0)
    }

    /// Judges somebody who approves in an emergency (R10).
    package func breakGlassDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        guard !isHidden else { throw .requestNotFound }
        return try approval.breakGlassDecider(facts, stage: 0)
    }

    // MARK: Decisions

    /// Approves. With a quorum above one, the status changes with the last approval that it takes.
    package mutating func approve(
        by decider: EligibleDecider, as identity: Document<IdentitySet>?, justification: String?,
        source: OperationApprovalSource = .unknown
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        try decide(.approve, .approve, by: decider, as: identity, justification, source)
    }

    /// Rejects: one rejection ends the request.
    package mutating func reject(
        by decider: EligibleDecider, as identity: Document<IdentitySet>?, justification: String?,
        source: OperationApprovalSource = .unknown
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        try decide(.deny, .reject, by: decider, as: identity, justification, source)
    }

    private mutating func decide(
        _ choice: DecisionChoice, _ action: RequestStatus.Action, by decider: EligibleDecider,
        as identity: Document<IdentitySet>?, _ justification: String?, _ source: OperationApprovalSource
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        guard !isHidden else { throw .requestNotFound }
        if status == .approved || status == .rejected, let last = decisions.last {
            let canTakeBack = status == .approved && action == .reject
            throw RepeatedDecision.refusal(
                last, status: status.rawValue,
                remedy: canTakeBack ? "Use cancelApproval to take the approval back." : nil)
        }
        try RequestStatus.check(action, in: status)
        _ = try approval.decide(choice, by: decider, justification: justification)
        internals.approval = approval
        internals.approvalSource = source
        let next: OperationApprovalRequestStatus
        switch approval.state {
        case .approved: next = .approved
        case .denied: next = .rejected
        case .pending, .timedOut, .cancelled: return []
        }
        record(identity, justification)
        return change(to: next, at: decider.judgedAt)
    }

    /// An eligible approver, not only the one who approved, takes the approval back.
    package mutating func cancelApproval(
        by decider: EligibleDecider, as identity: Document<IdentitySet>?, justification: String?,
        source: OperationApprovalSource = .unknown
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        guard !isHidden else { throw .requestNotFound }
        try RequestStatus.check(.cancelApproval, in: status)
        try DecisionDeadline.check(deadline, now: decider.judgedAt)
        try approval.takeBack(by: decider, justification: justification)
        internals.approval = approval
        internals.approvalSource = source
        record(identity, justification)
        return change(to: .cancelled, at: decider.judgedAt)
    }

    private mutating func record(_ identity: Document<IdentitySet>?, _ justification: String?) {
        document.approver = identity
        document.approvalJustification = justification.flatMap { $0.isEmpty ? nil : $0 }
    }

    // MARK: The requestor's events

    /// The requestor withdraws, before or after the approval.
    package mutating func cancelMyRequest(
        by caller: Principal, at now: Instant
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        guard !isHidden else { throw .requestNotFound }
        try RequestorOnly.check(caller, requestor: internals.operation.requestor)
        try RequestStatus.check(.cancelMyRequest, in: status)
        try DecisionDeadline.check(deadline, now: now)
        if status == .needsApproval {
            _ = try approval.cancel(at: now)
            internals.approval = approval
        }
        return change(to: .cancelled, at: now)
    }

    /// The call comes again with the code. `resent` is bound like the filing, with the target's version of now;
    /// what runs is the filed call.
    package mutating func complete(
        _ resent: Document<OperationBinding>, at now: Instant
    ) throws(Refusal) -> OperationApprovalCompletion {
        guard !isHidden else { throw CodeBinding.refusal }
        try CodeBinding.check(resent, against: internals.operation)
        try document.checkUnspent(at: now)
        guard status == .approved else { return .stillWaiting }
        try TargetChanged.check(filed: internals.operation, now: resent)
        return .executing(internals.operation, change(to: .completed, at: now))
    }

    // MARK: Time and removal

    /// Whichever are due: expiry, dated at the deadline, and removal at the end of retention.
    package mutating func advance(to now: Instant) -> [OperationApprovalRequestEffect] {
        expire(at: now) + purge(at: now)
    }

    package mutating func expire(at now: Instant) -> [OperationApprovalRequestEffect] {
        guard status.isActive, now >= deadline else { return [] }
        _ = approval.advance(to: now)
        internals.approval = approval
        return change(to: .expired, at: deadline)
    }

    package mutating func purge(at now: Instant) -> [OperationApprovalRequestEffect] {
        guard !isHidden, !status.isActive, now >= purgeDate else { return [] }
        internals.hiddenDateTime = now
        return [.hidden]
    }

    /// DELETE: hides an ended request; what it did stays in the log (R36).
    package mutating func delete(
        by caller: Principal, control: ControlFacts, at now: Instant
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        guard !isHidden else { throw .requestNotFound }
        try NoDeletionByParty.check(caller, control: control, parties: parties)
        try RequestStatus.check(.delete, in: status)
        internals.hiddenDateTime = now
        internals.deletedBy = caller
        return [.hidden]
    }

    /// Changes the status; what ends the request frees its entity and starts its retention.
    private mutating func change(
        to next: OperationApprovalRequestStatus, at now: Instant
    ) -> [OperationApprovalRequestEffect] {
        var effects: [OperationApprovalRequestEffect] = [.statusChanged(from: status, to: next)]
        document.status = next
        document.lastModifiedDateTime = now
        guard !next.isActive else { return effects }
        effects += EntityLock.all(of: internals.operation).map { .lockReleased($0) }
        internals.purgeDateTime = now + retention
        return effects
    }
}
