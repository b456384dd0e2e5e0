internal import Approvals
package import Directory
internal import EDM
package import Storage

/// What the directory says about a caller at a read: the groups it is in now, the roles it holds now.
package struct CallerFacts: Sendable {
    package let caller: Caller
    package let roles: Set<String>
    /// Groups of which the caller is a member, directly or through groups.
    package let groups: Set<String>

    package var reader: Reader { Reader(caller.principal, roles: roles, groups: groups) }

    /// What the caller sees of the log (rule R22).
    package var logVisibility: Visibility {
        switch LogVisibility.sight(of: reader) {
        case .everything: .all
        case .only(let users):
            .union([
                .column(
                    Field(path: ["initiatedBy", "user", "id"], type: .text), in: users.sorted().map(FieldValue.text))
            ])
        }
    }
}

extension Governance {
    /// Whether the caller's account exists and may act. Kept by the store, and dropped with the commit that changes it.
    package func isActive(_ caller: Caller) async throws -> Bool {
        let principal = caller.principal
        return try await store.cached("isEnabled", for: principal.text, in: caller.tenant) { unit in
            try await unit.isEnabled(principal)
        }
    }

    package func facts(of caller: Caller) async throws -> CallerFacts {
        let principal = caller.principal
        let standing = try await store.cached(Standing.name, for: principal.text, in: caller.tenant) { unit in
            try await unit.standing(of: principal)
        }
        return CallerFacts(caller: caller, roles: standing.roles, groups: standing.groups)
    }

    /// Whether `facts` are at hand and cost an answer no question. Where they aren't, what the caller has filed is found
    /// with less.
    package func knowsFacts(of caller: Caller) -> Bool {
        store.knows(Standing.name, for: caller.principal.text, in: caller.tenant)
    }
}

/// What the directory says of a principal, whatever its token says.
private struct Standing: Sendable {
    static let name = "standing"
    let roles: Set<String>
    let groups: Set<String>
}

extension UnitOfWork {
    mutating func callerFacts(_ caller: Caller) async throws -> CallerFacts {
        let standing = try await standing(of: caller.principal)
        return CallerFacts(caller: caller, roles: standing.roles, groups: standing.groups)
    }

    fileprivate mutating func standing(of principal: Principal) async throws -> Standing {
        try await prefetch(.standing(of: principal))
        return Standing(
            roles: try await roles(of: principal), groups: Set(try await memberships(of: principal).map(\.toId)))
    }
}
