package import Directory

/// A request is seen by its parties, by whomever its snapshot names as approvers, by those who have decided on it, and by
/// readers of everything. For anybody else it isn't there (R22).
package enum RequestVisibility {
    /// How somebody can stand to a request.
    package enum Relation: String, Hashable, Sendable, CaseIterable {
        case party, decider
        /// Named by its snapshot: the members of a group, the holders of a role, a user.
        case approverGroup, approverRole, approver
    }

    /// One relation of a user, an application, a group or a role to a request.
    package struct Entry: Hashable, Sendable {
        package let relation: Relation
        package let id: String

        package init(_ relation: Relation, _ id: String) {
            self.relation = relation
            self.id = id
        }
    }

    /// Whom a request concerns, from ids.
    ///
    /// - Parameters:
    ///   - parties: everybody with a stake, the requestor among them.
    ///   - deciders: everybody who has decided, also who took an approval back.
    ///   - approverGroups: in whatever case.
    package static func audience(
        parties: some Sequence<String>, deciders: some Sequence<String>, approverGroups: some Sequence<String>
    ) -> Set<Entry> {
        Set(parties.map { Entry(.party, $0) }).union(deciders.map { Entry(.decider, $0) })
            .union(approverGroups.map { Entry(.approverGroup, $0.lowercased()) })
    }

    /// Whoever may decide a stage: by the sets that its definition names, and by whom those resolved to.
    package static func approvers(of approval: ApprovalMachine) -> Set<Entry> {
        let named = approval.definition.stages.flatMap(\.sets).compactMap { set -> Entry? in
            switch set {
            case .user(let id): Entry(.approver, id)
            case .members(let group): Entry(.approverGroup, group)
            case .holders(let role): Entry(.approverRole, role)
            case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: nil
            }
        }
        var entries = Set(named)
        for case .named(_, let holders, _) in approval.stages.compactMap(\.run).flatMap(\.resolutions) {
            for holder in holders {
                switch holder.kind {
                case .user: entries.insert(Entry(.approver, holder.id))
                case .group: entries.insert(Entry(.approverGroup, holder.id))
                case .role: entries.insert(Entry(.approverRole, holder.id))
                case .servicePrincipal, .organization: continue
                }
            }
        }
        return entries
    }

    /// - Parameter relations: those that requests of the kind can have to somebody.
    package static func sight(of reader: Reader, by relations: [Relation] = Relation.allCases) -> Sight<Entry> {
        guard !reader.readsEverything else { return .everything }
        return .only(
            Set(
                relations.flatMap { relation in
                    switch relation {
                    case .party, .decider, .approver: [Entry(relation, reader.principal.id)]
                    case .approverGroup: reader.groups.map { Entry(relation, $0) }
                    case .approverRole: reader.roles.map { Entry(relation, $0) }
                    }
                }))
    }
}
