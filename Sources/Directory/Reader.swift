/// Somebody who reads, as the directory has them at the read.
package struct Reader: Hashable, Sendable {
    package let principal: Principal
    package let roles: Set<String>
    /// Groups in which the reader is, directly or through groups.
    package let groups: Set<String>

    package init(_ principal: Principal, roles: Set<String> = [], groups: Set<String> = []) {
        self.principal = principal
        self.roles = roles
        self.groups = groups
    }

    /// Whether every request, policy and audit entry is visible: to the reading roles, and to applications, whose permission
    /// has been asked for before.
    package var readsEverything: Bool {
        principal.kind == .servicePrincipal || !roles.isDisjoint(with: DirectoryRoles.readers)
    }
}

/// What a reader may see of one kind: everything, or what concerns one of some entries. Stores ask it as a predicate, rules
/// of one object (R22).
package enum Sight<Entry: Hashable & Sendable>: Hashable, Sendable {
    case everything
    case only(Set<Entry>)

    /// - Parameter audience: whom an object concerns.
    package func covers(_ audience: Set<Entry>) -> Bool {
        switch self {
        case .everything: true
        case .only(let entries): !entries.isDisjoint(with: audience)
        }
    }
}
