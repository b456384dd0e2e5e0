internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import Storage

// Invariants of every approval, whatever it is for: from the log and from what is stored (V1–V5, V8, V9, V19).
extension Examiner {
    static let ofApprovals = [parties, paths, outcomes, states, deadlines, snapshots, filedFacts]

    private static let parties = Examiner(
        "V1", "Nobody decided a request to which they are a party", examines: { $0.tags.contains(.decision) }
    ) { examination in
        var found = Violations()
        for request in examination.requests {
            let filed = request.filing?.principals("parties") ?? []
            for decision in request.decisions {
                let parties = decision.principals("parties")
                let controllers = decision.principals("controllers")
                found.examine(
                    request.name, controllers.isDisjoint(with: parties) && !controllers.isEmpty,
                    "\(decision.actor) decided and is a party")
                found.examine(request.name, parties.isSuperset(of: filed), "a party was forgotten after the filing")
            }
        }
        return found
    }

    /// Each decision names, for each group of sets that its stage asks for, a path from the decider up to one of them,
    /// whose edges were there before the filing or were written by nobody with a stake.
    private static let paths = Examiner(
        "V2", "Every decider was an approver by a path that counts", examines: { $0.tags.contains(.decision) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            guard let request = examined.request, let filing = examined.filing else { continue }
            for event in examined.decisions {
                guard let paths = try? [ApproverPath](json: event.facts["paths"] ?? .null), !paths.isEmpty else {
                    found.examine(examined.name, false, "was decided without a path to an approver")
                    continue
                }
                found.examine(
                    examined.name, stage(of: event, in: request).isReached(by: paths),
                    "was decided without a path to what its policies ask for")
                let suspects = event.principals("parties").union([event.actor])
                for path in paths {
                    found.examine(
                        examined.name, leads(path, from: event.actor), "was decided by a path that doesn't lead")
                    for edge in path.edges {
                        found.examine(
                            examined.name, edge.writtenAt <= filing.at || !suspects.contains(edge.writtenBy.text),
                            "was decided by an edge that \(edge.writtenBy.text) wrote after the filing")
                    }
                }
            }
        }
        return found
    }

    /// The stage that an event decided: its fact `stage`, else the first.
    private static func stage(of event: Examination.LogEvent, in request: any ApprovalBearing) -> StageDefinition {
        let stages = request.approval.definition.stages
        let index = Int(event.facts["stage"]?.integer ?? 0)
        return stages.indices.contains(index) ? stages[index] : stages[0]
    }

    /// Whether a path's edges go from somebody to the set that it names.
    private static func leads(_ path: ApproverPath, from actor: String) -> Bool {
        guard let principal = try? Principal(text: actor), var node = ApproverNode(principal) else { return false }
        for edge in path.edges {
            guard edge.from == node else { return false }
            node = edge.to
        }
        switch path.set {
        case .members(let group): return node == ApproverNode(.group, group)
        case .holders(let role): return node == ApproverNode(.role, role)
        case .user(let id): return node == ApproverNode(.user, id)
        case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: return !path.edges.isEmpty
        }
    }

    private static let outcomes = Examiner(
        "V3", "Every stage has at most one outcome", examines: { $0.tags.contains(.outcome) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            let outcomes = examined.events.filter { $0.isTagged(.outcome) }
            for (stage, outcomes) in Dictionary(grouping: outcomes, by: { $0.facts["stage"]?.integer ?? 0 }) {
                let most = examined.request?.approval.definition.stages.dropFirst(Int(stage)).first?.quorum ?? 1
                found.examine(examined.name, outcomes.count <= most, "\(outcomes.count) decisions")
            }
            for decision in examined.request?.approval.decisions ?? [] {
                found.examine(
                    examined.name,
                    examined.events.contains {
                        $0.activity != nil && !$0.isRefusal && $0.actor == decision.decider.text
                    }, "was decided by \(decision.decider.text), of which no event tells")
            }
        }
        return found
    }

    private static let states = Examiner(
        "V4", "Every request's states are a path of the transition table", examines: { $0.tags.contains(.filing) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            var state: String?
            for event in examined.events where !event.isRefusal {
                guard let (old, new) = event.transition else { continue }
                found.examine(
                    examined.name,
                    old == state && examined.kind.transitions.contains { $0.from == old && $0.to == new },
                    "went from \(old ?? "nothing") to \(new ?? "nothing") while it was \(state ?? "nothing")")
                state = new
            }
            found.examine(
                examined.name, examined.request?.status == state,
                "is \(examined.request?.status ?? "unreadable") and its log ends with \(state ?? "")")
        }
        return found
    }

    private static let deadlines = Examiner(
        "V5", "Decisions are earlier than the deadline, expiry isn't", examines: { $0.tags.contains(.outcome) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            guard let deadline = examined.request?.deadline else { continue }
            for event in examined.events where !event.isRefusal {
                // What counts is when it was committed: a command that read its clock in time may still have come too late.
                guard let at = event.committedAt else { continue }
                let step = event.transition.flatMap { step in
                    examined.kind.transitions.first { $0.from == step.old && $0.to == step.new }
                }
                switch event.isTagged(.decision) ? .beforeDeadline : step?.time {
                case .beforeDeadline:
                    found.examine(
                        examined.name, event.at < deadline && at < deadline,
                        "\(event.type) at \(event.at), committed at \(at), too late")
                case .fromDeadline:
                    found.examine(
                        examined.name, event.at >= deadline && at >= deadline,
                        "expired at \(event.at), committed at \(at), too early")
                case .any, nil: break
                }
            }
        }
        return found
    }

    private static let snapshots = Examiner(
        "V8", "Decisions name the policy snapshot they were judged by", examines: { $0.tags.contains(.filing) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            guard let snapshot = examined.request?.snapshot else { continue }
            found.examine(examined.name, snapshot.filed == snapshot.now, "its policy snapshot was changed")
            for event in examined.decisions {
                found.examine(
                    examined.name, event.facts["snapshot"]?.string == snapshot.now,
                    "was decided under another policy snapshot")
            }
        }
        return found
    }

    private static let filedFacts = Examiner(
        "V9", "What was filed never changes", examines: { $0.tags.contains(.filing) }
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            guard let request = examined.request else {
                found.examine(examined.name, false, "can't be read")
                continue
            }
            guard let filing = examined.filing else {
                found.examine(examined.name, false, "has no filing in the log")
                continue
            }
            let now = request.facts
            for name in examined.kind.filedFacts {
                found.examine(examined.name, filing.facts[name] == now[name], "its \(name) has changed")
            }
        }
        return found
    }

    static let timers = Examiner("V19", "Every deadline has its timer, and every timer its deadline") { examination in
        var found = Violations()
        for examined in examination.requests where !examined.isArchived {
            found.examine(
                examined.name, examined.row.settlesAt == examined.request?.nextTimer,
                "its timer isn't at its next deadline")
        }
        return found
    }
}

extension StageDefinition {
    /// Whether paths lead to a set of each group of one of its requirements.
    fileprivate func isReached(by paths: [ApproverPath]) -> Bool {
        [primary, backup, escalation?.approvers].compactMap(\.self).contains { requirement in
            requirement.allOf.allSatisfy { group in paths.contains { group.contains($0.set) } }
        }
    }
}
