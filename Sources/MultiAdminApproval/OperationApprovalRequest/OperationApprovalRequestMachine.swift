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
    private var state: OperationApprovalRequestState
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
        state = try Self.state(of: document, internals, approval)
    }

    /// Files a request: nothing runs, the entity is locked.
    package static func file(
        _ filing: OperationApprovalFiling, at now: Instant, retention: Duration = defaultRetention
    ) throws(Refusal) -> (machine: OperationApprovalRequestMachine, effects: [OperationApprovalRequestEffect]) {
        let locks = EntityLock.all(of: filing.operation)
        try OneActiveRequest.check(hasActiveRequest: !locks.isEmpty && filing.hasActiveRequest)
        try JustificationLength.check(filing.justification)
        var parties = filing.parties
        parties.add([filing.operation.requestor], as: .filer)
        let stage = StageDefinition(
            primary: filing.requirement, timeout: filing.lifetime, quorum: filing.quorum,
            isJustificationRequired: filing.isDecisionJustificationRequired)
        let (approval, _) = ApprovalMachine.open(
            ApprovalDefinition(singleStage: stage, switches: filing.switches), parties: parties, at: now)
        let expiration = now + filing.lifetime
        let machine: OperationApprovalRequestMachine
        do throws(Invalid) {
            machine = try OperationApprovalRequestMachine(
                filing.document(at: now, expiration: expiration), filing.internals(approval), retention: retention)
        } catch { throw Refusal(.filedByTheOperation, "The request can't be filed: \(error)") }
        return (machine, [.statusChanged(from: nil, to: .needsApproval)] + locks.map { .lockTaken($0) })
    }

    private static func state(
        of document: Document<OperationApprovalRequest>, _ internals: Document<OperationApprovalRequestInternals>,
        _ approval: ApprovalMachine
    ) throws(Invalid) -> OperationApprovalRequestState {
        let shown: OperationApprovalRequestState
        let fitting: Set<ApprovalState>
        switch document.status {
        case .needsApproval: (shown, fitting) = (.needsApproval, [.pending])
        case .approved: (shown, fitting) = (.approved, [.approved])
        case .rejected: (shown, fitting) = (.rejected, [.denied])
        case .cancelled: (shown, fitting) = (.cancelled, [.cancelled, .approved])
        case .completed: (shown, fitting) = (.completed, [.approved])
        case .expired: (shown, fitting) = (.expired, [.timedOut, .approved])
        case .unknown, .unknownFutureValue:
            throw Invalid(path: "status", reason: "is '\(document.status.rawValue)', which no request has.")
        }
        guard approval.stages.count == 1, fitting.contains(approval.state) else {
            throw Invalid(path: "status", reason: "doesn't fit its approval, which is \(approval.state.rawValue).")
        }
        guard approval.stages[0].run?.deadline == document.expirationDateTime else {
            throw Invalid(path: "expirationDateTime", reason: "isn't the deadline of its approval.")
        }
        guard internals.hiddenDateTime != nil else { return shown }
        guard !document.status.isActive else {
            throw Invalid(path: "status", reason: "is active, but the request is hidden.")
        }
        return .hidden
    }

    // MARK: What there is to know

    package var status: OperationApprovalRequestStatus { document.status }
    package var isHidden: Bool { state == .hidden }
    /// Everybody with a stake, with the reasons (R1).
    package var parties: Parties { approval.parties }
    /// Who the policies say may decide.
    package var requirement: ApproverRequirement { approval.definition.stages[0].primary }
    package var decisions: [Decision] { approval.decisions }
    /// Until when a decision of a person may be committed (R24).
    package var deadline: Instant { document.expirationDateTime }

    /// When time will next change something: expiry, or the end of retention.
    package var nextTimer: Instant? {
        switch state {
        case .needsApproval, .approved: document.expirationDateTime
        case .rejected, .cancelled, .completed, .expired: purgeDate
        case .hidden: nil
        }
    }

    private var purgeDate: Instant { internals.purgeDateTime ?? document.lastModifiedDateTime + retention }

    /// Judges somebody who wants to approve, reject or cancel an approval; rights are judged whatever the status.
    package func eligibleDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        guard !isHidden else { throw RequestNotFound.refusal }
        return try approval.eligibleDecider(facts, stage: 0)
    }

    /// Judges somebody who approves in an emergency (R10).
    package func breakGlassDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        guard !isHidden else { throw RequestNotFound.refusal }
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
        switch state {
        case .needsApproval: break
        case .approved, .rejected:
            guard let last = decisions.last else { throw RequestStatus.refusal(action, in: status) }
            let canTakeBack = state == .approved && choice == .deny
            throw RepeatedDecision.refusal(
                last, status: status.rawValue,
                remedy: canTakeBack ? "Use cancelApproval to take the approval back." : nil)
        case .cancelled, .completed, .expired: throw RequestStatus.refusal(action, in: status)
        case .hidden: throw RequestNotFound.refusal
        }
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
        switch state {
        case .approved: break
        case .needsApproval, .rejected, .cancelled, .completed, .expired:
            throw RequestStatus.refusal(.cancelApproval, in: status)
        case .hidden: throw RequestNotFound.refusal
        }
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
        guard !isHidden else { throw RequestNotFound.refusal }
        try RequestorOnly.check(caller, requestor: internals.operation.requestor)
        switch state {
        case .needsApproval:
            _ = try approval.cancel(at: now)
            internals.approval = approval
        case .approved: try DecisionDeadline.check(deadline, now: now)
        case .rejected, .cancelled, .completed, .expired: throw RequestStatus.refusal(.cancelMyRequest, in: status)
        case .hidden: throw RequestNotFound.refusal
        }
        return change(to: .cancelled, at: now)
    }

    /// The call comes again with the code. `resent` is bound like the filing, with the target's version of now;
    /// what runs is the stored call.
    package mutating func complete(
        _ resent: Document<OperationBinding>, at now: Instant
    ) throws(Refusal) -> OperationApprovalCompletion {
        guard !isHidden else { throw CodeBinding.refusal }
        let filed = internals.operation
        try CodeBinding.check(resent, against: filed)
        switch state {
        case .needsApproval:
            guard now < deadline else { throw ApprovedBeforeExecution.refusal(.expired) }
            return .stillWaiting
        case .approved:
            guard now < deadline else { throw ApprovedBeforeExecution.refusal(.expired) }
            try TargetChanged.check(filed: filed, now: resent)
            return .executing(filed, change(to: .completed, at: now))
        case .rejected, .cancelled, .expired: throw ApprovedBeforeExecution.refusal(status)
        case .completed: throw ExecutedOnce.refusal(completedAt: document.lastModifiedDateTime)
        case .hidden: throw CodeBinding.refusal
        }
    }

    /// Why a completion can't be, whatever is sent; nil while the request is active.
    package var completionRefusal: Refusal? {
        switch state {
        case .needsApproval, .approved: nil
        case .rejected, .cancelled, .expired: ApprovedBeforeExecution.refusal(status)
        case .completed: ExecutedOnce.refusal(completedAt: document.lastModifiedDateTime)
        case .hidden: CodeBinding.refusal
        }
    }

    // MARK: Time and removal

    /// Whichever are due: expiry, dated at the deadline, and removal at the end of retention.
    package mutating func advance(to now: Instant) -> [OperationApprovalRequestEffect] {
        expire(at: now) + purge(at: now)
    }

    package mutating func expire(at now: Instant) -> [OperationApprovalRequestEffect] {
        switch state {
        case .needsApproval, .approved: break
        case .rejected, .cancelled, .completed, .expired, .hidden: return []
        }
        guard now >= deadline else { return [] }
        _ = approval.advance(to: now)
        internals.approval = approval
        return change(to: .expired, at: deadline)
    }

    package mutating func purge(at now: Instant) -> [OperationApprovalRequestEffect] {
        switch state {
        case .needsApproval, .approved, .hidden: return []
        case .rejected, .cancelled, .completed, .expired: break
        }
        guard now >= purgeDate else { return [] }
        internals.hiddenDateTime = now
        state = .hidden
        return [.hidden]
    }

    /// DELETE: hides an ended request; what it did stays in the log (R36).
    package mutating func delete(
        by caller: Principal, control: ControlFacts, at now: Instant
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        guard !isHidden else { throw RequestNotFound.refusal }
        try NoDeletionByParty.check(caller, control: control, parties: parties)
        switch state {
        case .needsApproval, .approved: throw RequestStatus.refusal(.delete, in: status)
        case .rejected, .cancelled, .completed, .expired: break
        case .hidden: throw RequestNotFound.refusal
        }
        internals.hiddenDateTime = now
        internals.deletedBy = caller
        state = .hidden
        return [.hidden]
    }

    /// Changes the status; what ends the request frees its entity and starts its retention.
    private mutating func change(
        to next: OperationApprovalRequestStatus, at now: Instant
    ) -> [OperationApprovalRequestEffect] {
        var effects: [OperationApprovalRequestEffect] = [.statusChanged(from: status, to: next)]
        document.status = next
        document.lastModifiedDateTime = now
        switch next {
        case .needsApproval: state = .needsApproval
        case .approved: state = .approved
        case .rejected: state = .rejected
        case .cancelled: state = .cancelled
        case .completed: state = .completed
        case .expired: state = .expired
        case .unknown, .unknownFutureValue: preconditionFailure("No event leads to \(next).")
        }
        guard !next.isActive else { return effects }
        effects += EntityLock.all(of: internals.operation).map(OperationApprovalRequestEffect.lockReleased)
        internals.purgeDateTime = now + retention
        return effects
    }
}
