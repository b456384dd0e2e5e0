package import Directory
package import EDM
package import JSON

/// One end of an edge that can make somebody an approver.
package struct ApproverNode: Hashable, Comparable, Sendable {
    package enum Kind: String, Hashable, Sendable { case user, servicePrincipal, group, role, organization }

    package let kind: Kind
    package let id: String

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    /// The node of a principal; the system is none.
    package init?(_ principal: Principal) {
        switch principal.kind {
        case .user: self.init(.user, principal.id)
        case .servicePrincipal: self.init(.servicePrincipal, principal.id)
        case .group: self.init(.group, principal.id)
        case .system: return nil
        }
    }

    package static func < (lhs: ApproverNode, rhs: ApproverNode) -> Bool {
        (lhs.kind.rawValue, lhs.id) < (rhs.kind.rawValue, rhs.id)
    }
}

/// An edge of the directory as a fact of a decision: from who is inside, reports or sponsors, upwards to what it leads
/// to. An edge that was removed and added again is a new one (R2).
package struct ApproverEdge: Hashable, Comparable, Sendable {
    package enum Relation: String, Hashable, Sendable {
        /// User, application or group → group.
        case member
        /// User or group → role.
        case role
        /// Manager → report.
        case manager
        /// User or group → connected organization.
        case internalSponsor, externalSponsor
        /// User or group → user.
        case sponsor
    }

    package let relation: Relation
    package let from: ApproverNode
    package let to: ApproverNode
    package let writtenBy: Principal
    package let writtenAt: Instant
    /// A membership that a grant made ends with the grant.
    package let endsAt: Instant?

    package init(
        _ relation: Relation, from: ApproverNode, to: ApproverNode, writtenBy: Principal, writtenAt: Instant,
        endsAt: Instant? = nil
    ) {
        self.relation = relation
        self.from = from
        self.to = to
        self.writtenBy = writtenBy
        self.writtenAt = writtenAt
        self.endsAt = endsAt
    }

    package func exists(at now: Instant) -> Bool { endsAt.map { now < $0 } ?? true }

    package static func < (lhs: ApproverEdge, rhs: ApproverEdge) -> Bool {
        if lhs.from != rhs.from { return lhs.from < rhs.from }
        if lhs.to != rhs.to { return lhs.to < rhs.to }
        if lhs.relation != rhs.relation { return lhs.relation.rawValue < rhs.relation.rawValue }
        if lhs.writtenAt != rhs.writtenAt { return lhs.writtenAt < rhs.writtenAt }
        return lhs.writtenBy < rhs.writtenBy
    }
}

extension ApproverEdge {
    /// The edge that a stored one stands for; nil for owners, credentials and person links, which make nobody an
    /// approver.
    package init?(_ edge: Document<DirectoryEdge>, writtenBy writer: Principal) {
        let from: ApproverNode.Kind =
            switch edge.fromKind {
            case .user: .user
            case .group: .group
            case .servicePrincipal: .servicePrincipal
            }
        let relation: Relation
        let to: ApproverNode.Kind
        switch edge.relation {
        case .member: (relation, to) = (.member, .group)
        case .manager: (relation, to) = (.manager, .user)
        case .owner, .credential, .person: return nil
        }
        self.init(
            relation, from: ApproverNode(from, edge.fromId), to: ApproverNode(to, edge.toId), writtenBy: writer,
            writtenAt: edge.writtenAt, endsAt: edge.endsAt)
    }
}

extension ApproverNode: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        let text = try String(json: json)
        guard let colon = text.firstIndex(of: ":"), let kind = Kind(rawValue: String(text[..<colon])) else {
            throw Invalid(reason: "must be a node such as 'group:ID'.")
        }
        self.init(kind, String(text[text.index(after: colon)...]))
    }
    package var json: JSONValue { .string("\(kind.rawValue):\(id)") }
}

extension ApproverEdge: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        guard let relation = Relation(rawValue: try members.take("relation", as: String.self)) else {
            throw Invalid(path: "relation", reason: "is unknown.")
        }
        self.init(
            relation, from: try members.take("from"), to: try members.take("to"),
            writtenBy: try members.take("writtenBy"), writtenAt: try members.take("writtenAt"),
            endsAt: try members.take("endsAt"))
        try members.end()
    }

    package var json: JSONValue {
        [
            "relation": .string(relation.rawValue), "from": from.json, "to": to.json, "writtenBy": writtenBy.json,
            "writtenAt": writtenAt.json, "endsAt": endsAt.json,
        ]
    }
}
