package import Directory
package import EDM
package import JSON

/// The one engine of decisions: stages in sequence, one outcome each, the first denial ends it.
///
///     initializing ──previous stage approved──> inProgress ──quorum of approvals──> closed(approved) ──> next stage
///                                                 │  │  └──denial──────────────────> closed(denied)      ends
///                                                 │  └─────now >= deadline─────────> closed(timedOut)    ends
///                                                 └────────cancel──────────────────> closed(cancelled)   ends
///
/// A refusal leaves the machine as it was; `advance` on nothing due changes nothing and says nothing.
package struct ApprovalMachine: Hashable, Sendable {
    package let definition: ApprovalDefinition
    /// Everybody with a stake, with the reasons: as at filing, and grown by every decision since (R1).
    package private(set) var parties: Parties
    package private(set) var stages: [StageState]

    /// Opens the first stage.
    package static func open(
        _ definition: ApprovalDefinition, parties: Parties, opening: StageOpening = .live, at now: Instant
    ) -> (machine: ApprovalMachine, effects: [ApprovalEffect]) {
        var machine = ApprovalMachine(
            definition: definition, parties: parties, stages: definition.stages.map { _ in .initializing })
        let effects = machine.begin(0, opening: opening, at: now)
        return (machine, effects)
    }

    private init(definition: ApprovalDefinition, parties: Parties, stages: [StageState]) {
        self.definition = definition
        self.parties = parties
        self.stages = stages
    }

    /// - Throws: `Invalid` where the stages couldn't have come about by this machine's events.
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        self.init(
            definition: try members.take("definition"), parties: try members.take("parties"),
            stages: try members.take("stages"))
        try members.end()
        try StageHistory.check(stages, definition: definition)
    }

    package var state: ApprovalState {
        for stage in stages {
            switch stage {
            case .closed(_, .approved, _): continue
            case .closed(_, .denied, _): return .denied
            case .closed(_, .timedOut, _): return .timedOut
            case .closed(_, .cancelled, _): return .cancelled
            case .initializing, .inProgress, .closed(_, .notReached, _): return .pending
            }
        }
        return .approved
    }

    /// The stage in progress, nil once the approval has ended.
    package var current: (index: Int, run: StageRun)? {
        for (index, stage) in stages.enumerated() {
            if case .inProgress(let run) = stage { return (index, run) }
        }
        return nil
    }

    /// Every decision so far, in order.
    package var decisions: [Decision] { stages.flatMap { $0.run?.decisions ?? [] } }

    /// When time will next change something.
    package var nextTimer: Instant? {
        guard let (index, run) = current else { return nil }
        return escalation(of: index, run) ?? run.deadline
    }

    /// When a stage will escalate, nil where it has or never will.
    private func escalation(of index: Int, _ run: StageRun) -> Instant? {
        guard run.escalatedAt == nil else { return nil }
        return EscalationApprovers.instant(of: definition.stages[index], start: run.start)
    }

    // MARK: Events

    /// Judges somebody by the rules for one stage, whether or not it still takes decisions: rights come before state
    /// (docs/compatibility.md, "Order of checks").
    package func eligibleDecider(_ facts: DeciderFacts, stage index: Int) throws(Refusal) -> EligibleDecider {
        try EligibleDecider.judge(facts, for: question(stage: index, at: facts.now))
    }

    /// Judges somebody who decides in an emergency (R10).
    package func breakGlassDecider(_ facts: DeciderFacts, stage index: Int) throws(Refusal) -> EligibleDecider {
        try EligibleDecider.breakGlass(facts, for: question(stage: index, at: facts.now))
    }

    /// Records a decision, made at the instant at which the decider was judged.
    ///
    /// - Parameter opening: what the workflow found out about the next stage, which begins if this one is approved.
    package mutating func decide(
        _ choice: DecisionChoice, by decider: EligibleDecider, justification: String?,
        opening next: StageOpening = .live
    ) throws(Refusal) -> [ApprovalEffect] {
        let index = decider.question.stage, now = decider.judgedAt
        var run = try openRun(index)
        guard decider.question == (try question(stage: index, at: now)) else {
            throw Refusal(.stageInProgress, "The stage has changed since the decider was judged. Try again.")
        }
        try DecisionDeadline.check(run.deadline, now: now)
        try RepeatedDecision.check(decider, in: run)
        try DistinctPersons.check(decider, against: definition.switches.distinctPersons ? decisions : run.decisions)
        try JustificationRequired.check(justification, isRequired: definition.stages[index].isJustificationRequired)
        try JustificationLength.check(justification)

        let decision = Decision(choice, by: decider, justification: justification)
        parties = decider.parties
        run.decisions.append(decision)
        var effects: [ApprovalEffect] = [.decided(index, decision)]
        switch choice {
        case .deny: effects += end(index, run, .denied, at: now) + [.denied]
        case .approve where run.decisions.count < definition.stages[index].quorum: stages[index] = .inProgress(run)
        case .approve:
            stages[index] = .closed(run, .approved, at: now)
            effects.append(.stageClosed(index, .approved))
            effects += index + 1 < stages.count ? begin(index + 1, opening: next, at: now) : [.approved]
        }
        return effects
    }

    /// Admits somebody who takes a given approval back, for workloads that know that; the approval itself stays as it
    /// was, only its parties grow.
    package mutating func takeBack(by decider: EligibleDecider, justification: String?) throws(Refusal) {
        let index = decider.question.stage
        guard state == .approved, decider.question == (try question(stage: index, at: decider.judgedAt)) else {
            throw StageInProgress.unfit(state)
        }
        try JustificationRequired.check(justification, isRequired: definition.stages[index].isJustificationRequired)
        try JustificationLength.check(justification)
        parties = decider.parties
    }

    /// Withdraws a pending approval.
    package mutating func cancel(at now: Instant) throws(Refusal) -> [ApprovalEffect] {
        guard let (index, run) = current else { throw StageInProgress.unfit(state) }
        try DecisionDeadline.check(run.deadline, now: now)
        return end(index, run, .cancelled, at: now) + [.cancelled]
    }

    /// Does what time has made due: escalation, then timeout, which is dated at the deadline.
    package mutating func advance(to now: Instant) -> [ApprovalEffect] {
        guard case (let index, var run)? = current else { return [] }
        var effects: [ApprovalEffect] = []
        if let escalation = escalation(of: index, run), escalation <= now {
            run.escalatedAt = escalation
            stages[index] = .inProgress(run)
            effects.append(.escalated(index))
        }
        if run.deadline <= now { effects += end(index, run, .timedOut, at: run.deadline) + [.timedOut] }
        return effects
    }

    // MARK: Steps

    private mutating func begin(_ index: Int, opening: StageOpening, at now: Instant) -> [ApprovalEffect] {
        let stage = definition.stages[index]
        let resolutions = stage.sets.compactMap(opening.resolution(of:))
        let usesBackup = BackupApprovers.stepIn(for: stage.primary, backup: stage.backup, resolutions: resolutions)
        let run = StageRun(
            start: now, deadline: now + stage.timeout, usesBackup: usesBackup, resolutions: resolutions)
        stages[index] = .inProgress(run)
        let isOpen = usesBackup || ZeroApprovers.isOpen(stage.primary, resolutions: resolutions)
        let approvers: StageApprovers = usesBackup ? .backup : isOpen ? .primary : .nobody
        return [.stageOpened(index, approvers, deadline: run.deadline)]
    }

    /// Closes the stage in progress with an outcome that ends the approval.
    private mutating func end(
        _ index: Int, _ run: StageRun, _ outcome: StageOutcome, at now: Instant
    ) -> [ApprovalEffect] {
        stages[index] = .closed(run, outcome, at: now)
        for later in stages.indices.dropFirst(index + 1) { stages[later] = .closed(nil, .notReached, at: now) }
        return [.stageClosed(index, outcome)]
    }

    private func openRun(_ index: Int) throws(Refusal) -> StageRun {
        guard stages.indices.contains(index) else { throw StageInProgress.notBegun(index) }
        switch stages[index] {
        case .inProgress(let run): return run
        case .initializing: throw StageInProgress.notBegun(index)
        case .closed(let run, let outcome, _):
            switch outcome {
            case .approved, .denied:
                guard let last = run?.decisions.last else { throw StageInProgress.closed(index, outcome) }
                throw RepeatedDecision.refusal(last)
            case .timedOut, .cancelled, .notReached: throw StageInProgress.closed(index, outcome)
            }
        }
    }

    private func question(stage index: Int, at now: Instant) throws(Refusal) -> StageQuestion {
        guard stages.indices.contains(index) else { throw StageInProgress.notBegun(index) }
        let run: StageRun
        switch stages[index] {
        case .initializing: throw StageInProgress.notBegun(index)
        case .inProgress(let open): run = open
        case .closed(let closed?, _, _): run = closed
        case .closed(nil, let outcome, _): throw StageInProgress.closed(index, outcome)
        }
        let stage = definition.stages[index]
        let escalation = EscalationApprovers.instant(of: stage, start: run.start)
        return StageQuestion(
            stage: index, start: run.start, inUse: run.usesBackup ? stage.backup ?? .closed : stage.primary,
            idleBackup: run.usesBackup ? nil : stage.backup, escalation: stage.escalation?.approvers,
            isEscalated: escalation.map { $0 <= now } ?? false, resolutions: run.resolutions, parties: parties,
            switches: definition.switches)
    }
}

extension ApprovalMachine: InternalValue {
    package var json: JSONValue {
        ["definition": definition.json, "parties": parties.json, "stages": stages.json]
    }
}
