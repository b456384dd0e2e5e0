internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// Whom a request concerns: the entries of its audience index, by which readers find what they may see (rule R22).
package enum Audience {
    package enum Relation: String, CaseIterable, Sendable {
        case party, decider
        /// Whoever its snapshot names: the members of a group, the holders of a role, a user.
        case approverGroup, approverRole, approver
    }

    package static func entry(_ relation: Relation, _ id: String) -> String { "\(relation.rawValue):\(id)" }

    /// - Parameters:
    ///   - approval: a stored `ApprovalMachine`.
    ///   - groups: the approver groups that its snapshot names.
    ///   - decider: somebody who has decided and is in no stage any more.
    package static func entries(of approval: JSONValue?, groups: [String], decider: String? = nil) -> [String] {
        var entries = groups.map { entry(.approverGroup, $0.lowercased()) }
        for principal in approval?[path: ["parties"]]?.object?.names ?? [] {
            if let id = id(of: principal) { entries.append(entry(.party, id)) }
        }
        var deciders = Set([decider].compactMap(\.self))
        for stage in approval?[path: ["stages"]]?.array ?? [] {
            for decision in stage[path: ["run", "decisions"]]?.array ?? [] {
                if let text = decision[path: ["decider"]]?.string, let id = id(of: text) { deciders.insert(id) }
            }
        }
        return entries + deciders.sorted().map { entry(.decider, $0) }
    }

    /// The entries of whoever may decide a stage of a stored approval.
    package static func approvers(of approval: JSONValue?) -> [String] {
        guard let approval, let machine = try? ApprovalMachine(json: approval) else { return [] }
        var entries: [String] = []
        for set in machine.definition.stages.flatMap(\.sets) {
            switch set {
            case .user(let id): entries.append(entry(.approver, id))
            case .members(let group): entries.append(entry(.approverGroup, group))
            case .holders(let role): entries.append(entry(.approverRole, role))
            case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: continue
            }
        }
        for case .named(_, let holders, _) in machine.stages.compactMap(\.run).flatMap(\.resolutions) {
            for holder in holders {
                switch holder.kind {
                case .user: entries.append(entry(.approver, holder.id))
                case .group: entries.append(entry(.approverGroup, holder.id))
                case .role: entries.append(entry(.approverRole, holder.id))
                case .servicePrincipal, .organization: continue
                }
            }
        }
        return entries
    }

    /// Its requestor, its parties, whoever its snapshot names as an approver, readers of everything, and applications with a
    /// read permission, which the permission row has asked for.
    /// - Parameters:
    ///   - index: the audience index of the kind.
    ///   - relations: those that the kind's entries have.
    ///   - requestor: how its requestor is found where that is no party.
    package static func visibility(
        for facts: CallerFacts, index: String, relations: [Relation], requestor: Visibility.Term? = nil
    ) -> Visibility {
        if facts.caller.isApplication || facts.reads { return .all }
        let me = facts.caller.principal.id
        let entries = relations.flatMap { relation in
            switch relation {
            case .party, .decider, .approver: [entry(relation, me)]
            case .approverGroup: facts.groups.sorted().map { entry(relation, $0) }
            case .approverRole: facts.roles.sorted().map { entry(relation, $0) }
            }
        }
        return .union([requestor, .entry(index: index, values: entries)].compactMap(\.self))
    }

    private static func id(of principal: String) -> String? { (try? Principal(text: principal))?.id }
}
