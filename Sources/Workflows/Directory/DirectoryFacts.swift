package import Directory
package import EDM
internal import JSON
package import Storage

/// What decisions ask of the directory. Every answer is a remembered read, so that a change of it before the commit is a
/// conflict.
extension UnitOfWork {
    /// Every membership in force on a way up from a principal, through nested groups, each group visited once.
    package mutating func memberships(of principal: Principal) async throws -> [Document<DirectoryEdge>] {
        var edges: [Document<DirectoryEdge>] = []
        var visited: Set<String> = [principal.id]
        var open = [principal.id]
        while !open.isEmpty {
            let level = exchange(&open, with: [])
            try await prefetch(.memberships(of: level))
            for id in level {
                for edge in try await all(Kinds.edgesFrom, of: Kinds.edges, Kinds.edge(.member, id)) {
                    if let endsAt = edge.document.endsAt {
                        guard now < endsAt else {
                            stands(from: endsAt)
                            continue
                        }
                        stands(until: endsAt)
                    }
                    edges.append(edge.document)
                    if visited.insert(edge.document.toId).inserted { open.append(edge.document.toId) }
                }
            }
        }
        return edges
    }

    /// The directory roles that a principal holds now, directly.
    package mutating func roles(of principal: Principal) async throws -> Set<String> {
        Set(
            try await all(Kinds.rolesOf, of: Kinds.roleAssignments, principal.id)
                .filter(\.isTenantWide).map(\.document.roleDefinitionId))
    }

    /// Whether the principal exists and may act.
    package mutating func isEnabled(_ principal: Principal) async throws -> Bool {
        switch principal.kind {
        case .user: try await get(Kinds.users, principal.id)?.document.accountEnabled ?? false
        case .servicePrincipal: try await get(Kinds.servicePrincipals, principal.id)?.document.accountEnabled ?? false
        case .group: false
        case .system: true
        }
    }

    /// What is needed to tell the controllers of some identities.
    package mutating func controlFacts(of principals: [Principal]) async throws -> ControlFacts {
        var facts = ControlFacts()
        var visited: Set<Principal> = []
        var open = principals
        while !open.isEmpty {
            let level = open.filter { visited.insert($0).inserted }
            open = []
            try await prefetch(.control(of: level))
            for next in level {
                switch next.kind {
                case .user:
                    let accounts = try await otherAccounts(of: next.id)
                    facts.accounts[next.id] = accounts
                    open += accounts.map { Principal(.user, $0) }
                case .servicePrincipal, .group:
                    var controls: [ControlFacts.Control] = []
                    for (relation, reason) in Self.controlRelations(of: next.kind) {
                        controls += try await self.controls(of: next, by: relation, reason: reason)
                    }
                    facts.controlledBy[next] = controls
                    open += controls.map(\.by)
                case .system: break
                }
            }
        }
        return facts
    }

    /// The edges by whose other end somebody can act as an application or a group.
    static func controlRelations(of kind: Principal.Kind) -> [(EdgeRelation, ControlFacts.Control.Reason)] {
        switch kind {
        case .servicePrincipal: [(.owner, .owner), (.credential, .credentialCreator)]
        case .group: [(.owner, .owner), (.member, .member)]
        case .user, .system: []
        }
    }

    /// The other accounts of a user's person: written links in either direction, and an equal `employeeId`.
    private mutating func otherAccounts(of id: String) async throws -> Set<String> {
        var accounts: Set<String> = []
        for edge in try await all(Kinds.edgesFrom, of: Kinds.edges, Kinds.edge(.person, id)) {
            accounts.insert(edge.document.toId)
        }
        for edge in try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(.person, id)) {
            accounts.insert(edge.document.fromId)
        }
        if let employeeId = try await get(Kinds.users, id)?.document.employeeId {
            for user in try await all(Kinds.employeeIds, of: Kinds.users, employeeId) { accounts.insert(user.id) }
        }
        accounts.remove(id)
        return accounts
    }

    private mutating func controls(
        of principal: Principal, by relation: EdgeRelation, reason: ControlFacts.Control.Reason
    ) async throws -> [ControlFacts.Control] {
        try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(relation, principal.id)).map { edge in
            ControlFacts.Control(by: Principal(end: edge.document.fromKind, edge.document.fromId), reason: reason)
        }
    }

    /// A principal as Graph shows it in an `identitySet`.
    package mutating func identitySet(of principal: Principal) async throws -> Document<IdentitySet>? {
        switch principal.kind {
        case .user:
            let user = try await get(Kinds.users, principal.id)?.document
            let identity = try Document<Identity> {
                $0.id = principal.id
                $0.displayName = user?.displayName
                $0.Upn = user?.userPrincipalName
                $0.userPrincipalName = user?.userPrincipalName
            }
            return try Document { $0.user = identity }
        case .servicePrincipal:
            let app = try await get(Kinds.servicePrincipals, principal.id)?.document
            let identity = try Document<Identity> {
                $0.id = principal.id
                $0.displayName = app?.displayName
            }
            return try Document { $0.application = identity }
        case .group, .system: return nil
        }
    }
}

extension Principal {
    init(end: EdgeEnd, _ id: String) {
        switch end {
        case .user: self.init(.user, id)
        case .group: self.init(.group, id)
        case .servicePrincipal: self.init(.servicePrincipal, id)
        }
    }
}
