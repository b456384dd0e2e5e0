internal import Directory
internal import Storage

/// Where the directory's facts are found, for commands that are about to ask for them one by one.
extension Lookups {
    /// What `UnitOfWork.actor` and `callerFacts` read of a principal first.
    static func standing(of principal: Principal) -> Lookups {
        Lookups(
            documents: accounts(of: [principal]),
            guarded: [
                Kinds.rolesOf.value(principal.id), Kinds.edgesFrom.value(Kinds.edge(.member, principal.id)),
            ])
    }

    /// What `UnitOfWork.controlFacts` reads of some principals first.
    static func control(of principals: some Collection<Principal>) -> Lookups {
        Lookups(
            documents: accounts(of: principals.filter { $0.kind == .user }),
            guarded: Set(principals.flatMap(controls)))
    }

    /// What `UnitOfWork.memberships` reads next, on the way up from some objects.
    static func memberships(of ids: some Collection<String>) -> Lookups {
        Lookups(guarded: Set(ids.map { Kinds.edgesFrom.value(Kinds.edge(.member, $0)) }))
    }

    private static func accounts(of principals: [Principal]) -> Set<Key> {
        Set(
            principals.compactMap { principal in
                switch principal.kind {
                case .user: Key(Kinds.users.name, principal.id)
                case .servicePrincipal: Key(Kinds.servicePrincipals.name, principal.id)
                case .group, .system: nil
                }
            })
    }

    private static func controls(of principal: Principal) -> [IndexValue] {
        func from(_ relation: EdgeRelation) -> IndexValue {
            Kinds.edgesFrom.value(Kinds.edge(relation, principal.id))
        }
        func to(_ relation: EdgeRelation) -> IndexValue { Kinds.edgesTo.value(Kinds.edge(relation, principal.id)) }
        return principal.kind == .user
            ? [from(.person), to(.person)] : UnitOfWork.controlRelations(of: principal.kind).map { to($0.0) }
    }
}
