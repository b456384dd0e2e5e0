package import Directory

/// A request is seen by its parties, by whoever is in an approver group that its snapshot names, by those who have decided
/// on it, and by readers of everything. For anybody else it isn't there (R22).
package enum RequestVisibility {
    /// How a user, an application or a group stands to a request.
    package struct Entry: Hashable, Sendable {
        package enum Relation: String, Hashable, Sendable, CaseIterable { case party, approverGroup, decider }
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

    package static func sight(of reader: Reader) -> Sight<Entry> {
        guard !reader.readsEverything else { return .everything }
        let me = reader.principal.id
        return .only(
            Set(reader.groups.map { Entry(.approverGroup, $0) }).union([Entry(.party, me), Entry(.decider, me)]))
    }
}
