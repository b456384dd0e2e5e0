internal import EDM
internal import JSON

/// Whether stored stages can have come about by the machine's events; anything else is damage, not a state.
enum StageHistory {
    static func check(_ stages: [StageState], definition: ApprovalDefinition) throws(Invalid) {
        guard stages.count == definition.stages.count else {
            throw Invalid(path: "stages", reason: "must be as many as the definition has.")
        }
        var precursor: StageState?
        for (index, stage) in stages.enumerated() {
            do throws(Invalid) {
                try check(stage, after: precursor, definition: definition.stages[index])
            } catch { throw error.inside(index: index).inside("stages") }
            precursor = stage
        }
    }

    private static func check(
        _ stage: StageState, after precursor: StageState?, definition: StageDefinition
    ) throws(Invalid) {
        switch (precursor, stage) {
        case (nil, .inProgress), (nil, .closed(.some, _, _)): break
        case (.closed(_, .approved, let end)?, .inProgress(let run)), (.closed(_, .approved, let end)?, .closed(let run?, _, _)):
            guard run.start == end else { throw Invalid(path: "run/start", reason: "must be when the stage before closed.") }
        case (.inProgress?, .initializing), (.initializing?, .initializing): break
        case (.closed(_, .denied, _)?, .closed(nil, .notReached, _)), (.closed(_, .timedOut, _)?, .closed(nil, .notReached, _)),
            (.closed(_, .cancelled, _)?, .closed(nil, .notReached, _)), (.closed(_, .notReached, _)?, .closed(nil, .notReached, _)):
            break
        case (_, .initializing), (_, .inProgress), (_, .closed):
            throw Invalid(reason: "can't follow the stage before it.")
        }
        switch stage {
        case .initializing: break
        case .inProgress(let run): try check(run, approvals: 0..<definition.quorum, denials: 0, definition: definition)
        case .closed(let run?, let outcome, let end):
            switch outcome {
            case .approved:
                try check(run, approvals: definition.quorum..<definition.quorum + 1, denials: 0, definition: definition)
                guard run.decisions.last?.decidedAt == end else { throw Self.misdated }
            case .denied:
                try check(run, approvals: 0..<definition.quorum, denials: 1, definition: definition)
                guard run.decisions.last?.choice == .deny, run.decisions.last?.decidedAt == end else { throw Self.misdated }
            case .timedOut:
                try check(run, approvals: 0..<definition.quorum, denials: 0, definition: definition)
                guard run.deadline == end else { throw Self.misdated }
            case .cancelled:
                try check(run, approvals: 0..<definition.quorum, denials: 0, definition: definition)
                guard (run.start..<run.deadline).contains(end) else { throw Self.misdated }
            case .notReached: throw Invalid(path: "run", reason: "must be null: the stage never began.")
            }
        case .closed(nil, let outcome, _):
            guard outcome == .notReached else { throw Invalid(path: "run", reason: "is required.") }
        }
    }

    private static let misdated = Invalid(path: "closedAt", reason: "doesn't fit the outcome.")

    private static func check(
        _ run: StageRun, approvals: Range<Int>, denials: Int, definition: StageDefinition
    ) throws(Invalid) {
        guard run.deadline == run.start + definition.timeout else {
            throw Invalid(path: "run/deadline", reason: "must be the start and the timeout.")
        }
        let denied = run.decisions.count { $0.choice == .deny }
        guard denied == denials, approvals.contains(run.decisions.count - denied) else {
            throw Invalid(path: "run/decisions", reason: "don't fit the outcome.")
        }
        var seen: [Decision] = []
        for decision in run.decisions {
            guard run.start <= decision.decidedAt, decision.decidedAt < run.deadline,
                (seen.last?.decidedAt).map({ $0 <= decision.decidedAt }) ?? true
            else { throw Invalid(path: "run/decisions", reason: "must be made in order, from the start to the deadline.") }
            guard seen.allSatisfy({ $0.controllers.isDisjoint(with: decision.controllers) }) else {
                throw Invalid(path: "run/decisions", reason: "must be made by distinct persons.")
            }
            seen.append(decision)
        }
    }
}
