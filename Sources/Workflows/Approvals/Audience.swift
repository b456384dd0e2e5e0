package import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// The audience index of requests, by which readers find what `RequestVisibility` lets them see (rule R22).
package enum Audience {
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

    /// The entries of whoever may decide a stage of a stored approval.
    package static func approvers(of approval: JSONValue?) -> [String] {
        guard let approval, let machine = try? ApprovalMachine(json: approval) else { return [] }
        return texts(RequestVisibility.approvers(of: machine))
    }

    /// - Parameters:
    ///   - index: the audience index of the kind.
    ///   - relations: those that the kind's entries have.
    ///   - requestor: how its requestor is found where that is no party.
    package static func visibility(
        for facts: CallerFacts, index: String, relations: [RequestVisibility.Relation],
        requestor: Visibility.Term? = nil
    ) -> Visibility {
        switch RequestVisibility.sight(of: facts.reader, by: relations) {
        case .everything: .all
        case .only(let entries):
            .union([requestor, .entry(index: index, values: texts(entries))].compactMap(\.self))
        }
    }

    private static func texts(_ entries: Set<RequestVisibility.Entry>) -> [String] {
        entries.map { "\($0.relation.rawValue):\($0.id)" }.sorted()
    }

    private static func id(of principal: String) -> String? { (try? Principal(text: principal))?.id }
}
