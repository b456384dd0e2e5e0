internal import EDM
internal import JSON

/// Whether stored stages can have come about by the machine's events; anything else is damage, not a state.
struct StageHistory {
    private let definition: StageDefinition

    static func check(_ stages: [StageState], definition: ApprovalDefinition) throws(Invalid) {
        guard stages.count == definition.stages.count else {
            throw Invalid(path: "stages", reason: "must be as many as the definition has.")
        }
        var precursor: StageState?
        for (index, stage) in stages.enumerated() {
            let history = StageHistory(definition: definition.stages[index])
            do throws(Invalid) {
                try history.checkOrder(of: stage, after: precursor)
                try history.checkOutcome(of: stage)
            } catch { throw error.inside(index: index).inside("stages") }
            precursor = stage
        }
    }

    private func checkOrder(of stage: StageState, after precursor: StageState?) throws(Invalid) {
        let fits: Bool
        switch precursor {
        case nil: fits = stage.run != nil
        case .closed(_, .approved, let end)?: fits = stage.run?.start == end
        case .inProgress?, .initializing?: fits = stage == .initializing
        case .closed(_, .denied, let end)?, .closed(_, .timedOut, let end)?, .closed(_, .cancelled, let end)?,
            .closed(_, .notReached, let end)?:
            fits = stage == .closed(nil, .notReached, at: end)
        }
        guard fits else { throw Invalid(reason: "can't follow the stage before it.") }
    }

    private func checkOutcome(of stage: StageState) throws(Invalid) {
        let quorum = definition.quorum
        switch stage {
        case .initializing, .closed(nil, .notReached, _): break
        case .inProgress(let run): try check(run, approvals: 0..<quorum)
        case .closed(let run?, .approved, let end):
            try check(run, approvals: quorum..<quorum + 1)
            try check(run.decisions.last?.decidedAt == end)
        case .closed(let run?, .denied, let end):
            try check(run, approvals: 0..<quorum, isDenied: true)
            try check(run.decisions.last?.decidedAt == end)
        case .closed(let run?, .timedOut, let end):
            try check(run, approvals: 0..<quorum)
            try check(run.deadline == end)
        case .closed(let run?, .cancelled, let end):
            try check(run, approvals: 0..<quorum)
            try check(run.start <= end && end < run.deadline)
        case .closed(_?, .notReached, _), .closed(nil, .approved, _), .closed(nil, .denied, _),
            .closed(nil, .timedOut, _), .closed(nil, .cancelled, _):
            throw Invalid(path: "run", reason: "doesn't fit the outcome.")
        }
    }

    private func check(_ fits: Bool) throws(Invalid) {
        guard fits else { throw Invalid(path: "closedAt", reason: "doesn't fit the outcome.") }
    }

    private func check(_ run: StageRun, approvals: Range<Int>, isDenied: Bool = false) throws(Invalid) {
        guard run.deadline == run.start + definition.timeout else {
            throw Invalid(path: "run/deadline", reason: "must be the start and the timeout.")
        }
        guard run.escalatedAt == nil || run.escalatedAt == EscalationApprovers.instant(of: definition, start: run.start)
        else { throw Invalid(path: "run/escalatedAt", reason: "must be when the stage escalates.") }
        let denials = run.decisions.filter { $0.choice == .deny }
        guard denials.count == (isDenied ? 1 : 0), approvals.contains(run.decisions.count - denials.count),
            !isDenied || run.decisions.last?.choice == .deny
        else { throw Invalid(path: "run/decisions", reason: "don't fit the outcome.") }
        var earlier: [Decision] = []
        for decision in run.decisions {
            guard (earlier.last?.decidedAt ?? run.start) <= decision.decidedAt, decision.decidedAt < run.deadline else {
                throw Invalid(path: "run/decisions", reason: "must be made in order, from the start to the deadline.")
            }
            guard earlier.allSatisfy({ $0.controllers.isDisjoint(with: decision.controllers) }) else {
                throw Invalid(path: "run/decisions", reason: "must be made by distinct persons.")
            }
            earlier.append(decision)
        }
    }
}
