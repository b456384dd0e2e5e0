package import Directory
package import EDM

/// Sponsors are read when the stage begins. A sponsor who is disabled, deleted or a party doesn't count, nor does one
/// whom a party named in the last 24 hours; a group that sponsors counts by its members at the decision (R3).
package enum SponsorList {
    /// One sponsor: the edge to what is sponsored, and the sponsor where it is a user.
    package struct Entry: Hashable, Sendable {
        package let edge: ApproverEdge
        package let user: Decider?

        package init(edge: ApproverEdge, user: Decider?) {
            self.edge = edge
            self.user = user
        }
    }

    package static func resolve(
        _ set: ApproverSet, subject: ApproverNode, entries: [Entry], parties: Parties, control: ControlFacts,
        emptiedBy: Set<Principal> = [], at start: Instant
    ) -> SetResolution {
        func isParty(_ principal: Principal) -> Bool {
            !parties.shared(with: control.controllers(of: principal)).isEmpty
        }

        let existing = entries.filter { $0.edge.to == subject && $0.edge.exists(at: start) }
        let distrusted = existing.filter {
            isParty($0.edge.writtenBy) && start < $0.edge.writtenAt + ManagerChain.distrust
        }
        let holders = existing.filter { entry in
            guard !distrusted.contains(entry) else { return false }
            guard let user = entry.user else { return entry.edge.from.kind == .group }
            return user.isEnabled && !user.isDeleted && !isParty(user.principal)
        }
        if !holders.isEmpty {
            return .named(set, holders: holders.map(\.edge.from).sorted(), subject: subject)
        }
        if !distrusted.isEmpty { return .unresolved(set, .recentlyWrittenByParty, causedByParty: true) }
        return .unresolved(set, .missing, causedByParty: emptiedBy.contains(where: isParty))
    }
}
