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
    /// Whether the caller's account exists and may act.
    package func isActive(_ caller: Caller) async throws -> Bool {
        try await store.preview(in: caller.tenant) { try await $0.isEnabled(caller.principal) }
    }

    package func facts(of caller: Caller) async throws -> CallerFacts {
        try await store.preview(in: caller.tenant) { try await $0.callerFacts(caller) }
    }
}

extension UnitOfWork {
    mutating func callerFacts(_ caller: Caller) async throws -> CallerFacts {
        CallerFacts(
            caller: caller, roles: try await roles(of: caller.principal),
            groups: Set(try await memberships(of: caller.principal).map(\.toId)))
    }
}
