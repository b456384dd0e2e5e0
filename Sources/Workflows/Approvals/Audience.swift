internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// The audience index of requests, by which readers find what `RequestVisibility` lets them see (rule R22).
package enum Audience {
    private static func texts(_ entries: Set<RequestVisibility.Entry>) -> [String] {
        entries.map { "\($0.relation.rawValue):\($0.id)" }.sorted()
    }

    /// - Parameters:
    ///   - approval: a stored `ApprovalMachine`.
    ///   - groups: the approver groups that its snapshot names.
    ///   - decider: somebody who has decided and is in no stage any more.
    package static func entries(of approval: JSONValue?, groups: [String], decider: String? = nil) -> [String] {
        let parties = approval?[path: ["parties"]]?.object?.names ?? []
        let decisions = (approval?[path: ["stages"]]?.array ?? []).flatMap {
            $0[path: ["run", "decisions"]]?.array ?? []
        }
        let deciders = decisions.compactMap { $0[path: ["decider"]]?.string }
        return texts(
            RequestVisibility.audience(
                parties: parties.compactMap(id), deciders: deciders.compactMap(id) + [decider].compactMap(\.self),
                approverGroups: groups))
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

    /// - Parameters:
    ///   - index: the audience index of the kind.
    ///   - requestor: the column that finds one's own, which are seen anyway.
    package static func visibility(
        for facts: CallerFacts, index: String, requestor: Visibility.Term
    ) -> Visibility {
        switch RequestVisibility.sight(of: facts.reader) {
        case .everything: .all
        case .only(let entries): .union([requestor, .entry(index: index, values: texts(entries))])
        }
    }

    private static func id(of principal: String) -> String? { (try? Principal(text: principal))?.id }
}
