internal import Directory
internal import EDM

/// A decider must be reachable from the configured sets *now*, by a path on which each edge was written before the
/// stage began, or by somebody who is neither a party nor the decider (R2, V2). Groups nest to any depth and cycles are
/// followed once; an edge that has ended doesn't count; a manager or sponsor must also be the one named when the stage
/// began (R3); an application counts only as a direct member of a group (R13).
package struct ApproverResolution {
    private let decider: Principal
    private let resolutions: [SetResolution]
    private let edgesByEnd: [ApproverNode: [ApproverEdge]]

    init(
        facts: DeciderFacts, controllers: Set<Principal>, parties: Parties, start: Instant, resolutions: [SetResolution]
    ) {
        decider = facts.decider.principal
        self.resolutions = resolutions
        let suspects = parties.principals.union(controllers).union([decider])
        let counting = facts.edges.sorted().filter { edge in
            guard edge.exists(at: facts.now) else { return false }
            return edge.writtenAt <= start
                || facts.control.controllers(of: edge.writtenBy).isDisjoint(with: suspects)
        }
        edgesByEnd = Dictionary(grouping: counting, by: \.from)
    }

    /// Whether somebody is an approver by a requirement, outside of any request: for lists of what a caller may
    /// approve.
    package static func admits(_ facts: DeciderFacts, to requirement: ApproverRequirement) -> Bool {
        let controllers = facts.control.controllers(of: facts.decider.principal)
        let resolution = ApproverResolution(
            facts: facts, controllers: controllers, parties: facts.parties, start: facts.now, resolutions: [])
        return resolution.paths(meeting: requirement) != nil
    }

    /// The paths by which the decider answers a stage.
    func paths(answering question: StageQuestion) throws(Refusal) -> [ApproverPath] {
        if let paths = paths(meeting: question.inUse) { return paths }
        if let escalation = question.escalation, let paths = paths(meeting: escalation) {
            if question.isEscalated { return paths }
            throw EscalationApprovers.refusal
        }
        if let backup = question.idleBackup, paths(meeting: backup) != nil { throw BackupApprovers.refusal }
        let canEscalate = question.isEscalated && (question.escalation.map(question.isOpen) ?? false)
        throw question.isOpen(question.inUse) || canEscalate ? Self.refusal : ZeroApprovers.refusal
    }

    func paths(inForce requirement: ApproverRequirement) throws(Refusal) -> [ApproverPath] {
        if let paths = paths(meeting: requirement) { return paths }
        throw requirement.isClosed
            ? ZeroApprovers.refusal
            : Refusal(
                .approverResolution,
                "You were an approver when the request was filed, but the policy now in force doesn't name you. "
                    + "Ask somebody whom both versions name, or have the request cancelled and filed again.")
    }

    private static let refusal = Refusal(
        .approverResolution,
        "You aren't an approver of this request: no membership that counts leads from you to an approver that its "
            + "policy names. Those that you or a party wrote after the request was filed don't. Ask an approver.")

    /// One path for each group of sets, nil where one can't be met.
    private func paths(meeting requirement: ApproverRequirement) -> [ApproverPath]? {
        guard !requirement.isClosed else { return nil }
        var paths: [ApproverPath] = []
        for group in requirement.allOf {
            guard let path = group.lazy.compactMap({ self.path(to: $0) }).first else { return nil }
            paths.append(path)
        }
        return paths
    }

    private func path(to set: ApproverSet) -> ApproverPath? {
        guard let node = ApproverNode(decider) else { return nil }
        let isApplication = decider.kind == .servicePrincipal
        let edges: [ApproverEdge]?
        switch set {
        case .user(let id): edges = node == ApproverNode(.user, id) ? [] : nil
        case .members(let group):
            let end = ApproverNode(.group, group)
            edges =
                isApplication
                ? edgesByEnd[node]?.first { $0.relation == .member && $0.to == end }.map { [$0] }
                : search(from: node, through: .member, then: [.member], to: end)
        case .holders(let role):
            let end = ApproverNode(.role, role)
            edges = isApplication ? nil : search(from: node, through: .member, then: [.role], to: end)
        case .manager(_, let level):
            edges = named(set, from: node, through: nil, then: Array(repeating: .manager, count: level))
        case .internalSponsors: edges = named(set, from: node, through: .member, then: [.internalSponsor])
        case .externalSponsors: edges = named(set, from: node, through: .member, then: [.externalSponsor])
        case .targetUserSponsors: edges = named(set, from: node, through: .member, then: [.sponsor])
        }
        return edges.map { ApproverPath(set: set, edges: $0) }
    }

    private func named(
        _ set: ApproverSet, from node: ApproverNode, through prefix: ApproverEdge.Relation?,
        then tail: [ApproverEdge.Relation]
    ) -> [ApproverEdge]? {
        guard node.kind == .user else { return nil }
        switch resolutions.first(where: { $0.set == set }) {
        case .named(_, let holders, let subject)?:
            return search(from: node, through: prefix, then: tail, to: subject, startingTailAt: Set(holders))
        case .unresolved?, nil: return nil
        }
    }

    private struct Step: Hashable {
        let node: ApproverNode
        let taken: Int
    }

    /// The shortest path: any number of edges of `prefix`, then exactly those of `tail`. Edges are tried in their
    /// order, so equal facts give the equal path.
    private func search(
        from start: ApproverNode, through prefix: ApproverEdge.Relation?, then tail: [ApproverEdge.Relation],
        to end: ApproverNode, startingTailAt holders: Set<ApproverNode>? = nil
    ) -> [ApproverEdge]? {
        var open: [(step: Step, path: [ApproverEdge])] = [(Step(node: start, taken: 0), [])]
        var seen: Set<Step> = [open[0].step]
        var next = 0
        while next < open.count {
            let (step, path) = open[next]
            next += 1
            if step.taken == tail.count {
                if step.node == end { return path }
                continue
            }
            for edge in edgesByEnd[step.node, default: []] {
                let mayStart = step.taken > 0 || (holders.map { $0.contains(step.node) } ?? true)
                if edge.relation == tail[step.taken], mayStart {
                    let reached = Step(node: edge.to, taken: step.taken + 1)
                    if seen.insert(reached).inserted { open.append((reached, path + [edge])) }
                }
                if step.taken == 0, edge.relation == prefix {
                    let reached = Step(node: edge.to, taken: 0)
                    if seen.insert(reached).inserted { open.append((reached, path + [edge])) }
                }
            }
        }
        return nil
    }
}

extension RefusalCode {
    package static let approverResolution = RefusalCode("approverResolution", .forbidden)
}
