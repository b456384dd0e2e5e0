package import Directory
internal import EDM
internal import Storage

/// What the directory says about a caller at a read: the groups it is in now, the roles it holds now.
package struct CallerFacts: Sendable {
    package let caller: Caller
    package let roles: Set<String>
    /// Groups of which the caller is a member, directly or through groups.
    package let groups: Set<String>

    package var reads: Bool { !roles.isDisjoint(with: DirectoryRoles.readers) }
}

extension Governance {
    /// - Returns: nil where the caller's account doesn't exist or is disabled.
    package func facts(of caller: Caller) async throws -> CallerFacts? {
        try await store.preview(in: caller.tenant) { unit in
            guard try await unit.isEnabled(caller.principal) else { return nil }
            return try await unit.callerFacts(caller)
        }
    }
}

extension UnitOfWork {
    mutating func callerFacts(_ caller: Caller) async throws -> CallerFacts {
        let now = now
        let edges = try await memberships(of: caller.principal)
        return CallerFacts(
            caller: caller, roles: try await roles(of: caller.principal),
            groups: Set(edges.filter { $0.endsAt.map { now < $0 } ?? true }.map(\.toId)))
    }
}
