internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// Whom a request concerns: the entries of its audience index, by which readers find what they may see (rule R22).
package enum Audience {
    package enum Relation: String { case party, approverGroup, decider }

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

    /// The groups by whose members the stages of a stored approval can be decided.
    package static func groups(of approval: JSONValue?) -> [String] {
        guard let json = approval?[path: ["definition"]], let definition = try? ApprovalDefinition(json: json) else {
            return []
        }
        return definition.stages.flatMap(\.sets).compactMap { set in
            if case .members(let group) = set { group } else { nil }
        }
    }

    /// Its requestor, its parties, whoever is in an approver group of its snapshot, readers of everything, and applications
    /// with a read permission, which the permission row has asked for.
    /// - Parameter index: the audience index of the kind.
    package static func visibility(
        for facts: CallerFacts, index: String, requestor: Visibility.Term
    ) -> Visibility {
        if facts.caller.isApplication || facts.reads { return .all }
        let me = facts.caller.principal.id
        let entries =
            [entry(.party, me), entry(.decider, me)] + facts.groups.sorted().map { entry(.approverGroup, $0) }
        return .union([requestor, .entry(index: index, values: entries)])
    }

    private static func id(of principal: String) -> String? { (try? Principal(text: principal))?.id }
}
