package import Directory
package import EDM

/// A manager's chain is read when the stage begins. It ends unresolved at a missing link, a repeated user, a disabled
/// or deleted user or a party; a link that a party wrote in the last 24 hours counts as unresolved (R3).
package enum ManagerChain {
    /// One link upwards: the edge from manager to report, and the manager.
    package struct Link: Hashable, Sendable {
        package let edge: ApproverEdge
        package let manager: Decider

        package init(edge: ApproverEdge, manager: Decider) {
            self.edge = edge
            self.manager = manager
        }
    }

    package static let distrust: Duration = .hours(24)

    /// - Parameters:
    ///   - links: from the subject upwards, as far as the directory goes.
    ///   - emptiedBy: who removed the missing link, if that is known.
    package static func resolve(
        level: Int, of subject: ApproverSet.Subject, user: String, links: [Link], parties: Parties,
        control: ControlFacts, emptiedBy: Set<Principal> = [], at start: Instant
    ) -> SetResolution {
        let set = ApproverSet.manager(of: subject, level: level)
        func unresolved(_ reason: SetResolution.Reason, byParty: Bool = false) -> SetResolution {
            .unresolved(set, reason, causedByParty: byParty)
        }
        func isParty(_ principal: Principal) -> Bool {
            !parties.shared(with: control.controllers(of: principal)).isEmpty
        }

        var current = ApproverNode(.user, user)
        var seen: Set<ApproverNode> = [current]
        for index in 0..<max(1, level) {
            guard let link = links.dropFirst(index).first, link.edge.relation == .manager, link.edge.to == current,
                link.edge.exists(at: start), ApproverNode(link.manager.principal) == link.edge.from
            else { return unresolved(.missing, byParty: emptiedBy.contains(where: isParty)) }
            if isParty(link.edge.writtenBy), start < link.edge.writtenAt + distrust {
                return unresolved(.recentlyWrittenByParty, byParty: true)
            }
            guard seen.insert(link.edge.from).inserted else { return unresolved(.repeated) }
            if !link.manager.isEnabled || link.manager.isDeleted {
                return unresolved(.inactive, byParty: emptiedBy.contains(where: isParty))
            }
            if isParty(link.manager.principal) { return unresolved(.party) }
            current = link.edge.from
        }
        return .named(set, holders: [current], subject: ApproverNode(.user, user))
    }
}
