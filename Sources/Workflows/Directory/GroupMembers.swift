internal import Approvals
package import Directory
internal import EDM
internal import JSON
internal import Storage

/// A member that can't be added or removed, in Graph's words.
package struct MembershipInvalid: Error {
    package let isMissing: Bool
    package let message: String
}

extension Governance {
    /// Adds a member to a group (Graph: POST /groups/{id}/members/$ref). The edge says who wrote it and when (rule R2).
    /// - Parameter member: the id of a user, group or service principal.
    /// - Throws: `ResourceNotFound`, `MembershipInvalid`, `Refusal` (rule R4).
    package func addMember(_ member: String, toGroup group: String, as caller: Caller) async throws {
        try await changeMembership(of: member, in: group, .addMember, as: caller) { unit, actor, key in
            guard let end = try await unit.end(member) else {
                throw MembershipInvalid(
                    isMissing: false,
                    message: "There is no user, group or service principal with the id '\(member)'.")
            }
            guard try await unit.get(Kinds.edges, key) == nil else {
                throw MembershipInvalid(
                    isMissing: false,
                    message: "One or more added object references already exist for the following modified properties: "
                        + "'members'.")
            }
            guard member != group else {
                throw MembershipInvalid(isMissing: false, message: "A group can't be a member of itself.")
            }
            let (above, below) = (Kinds.edge(.member, member), Kinds.edge(.member, group))
            let isProtected = try await !workloads.protected(by: group, in: &unit).isEmpty
            try MembershipLimit.check(
                member, groups: try await unit.all(Kinds.edgesFrom, of: Kinds.edges, above).count,
                siblings: isProtected ? try await unit.all(Kinds.edgesTo, of: Kinds.edges, below).count : nil)
            try unit.put(Stored(.member, to: group, from: member, end, writtenBy: actor.principal, at: unit.now))
        }
    }

    /// Removes a direct member from a group (Graph: DELETE /groups/{id}/members/{id}/$ref).
    /// - Throws: as `addMember`; `Refusal` where a policy would have nobody left who may approve (rule R11).
    package func removeMember(_ member: String, fromGroup group: String, as caller: Caller) async throws {
        try await changeMembership(of: member, in: group, .removeMember, as: caller) { unit, actor, key in
            guard let edge = try await unit.get(Kinds.edges, key) else {
                throw MembershipInvalid(isMissing: true, message: "'\(member)' isn't a direct member of the group.")
            }
            unit.delete(edge)
        }
    }

    private func changeMembership(
        of member: String, in group: String, _ activity: AuditEntry.Activity, as caller: Caller,
        _ change: (inout UnitOfWork, ActingCaller, _ edge: String) async throws -> Void
    ) async throws {
        try await command(as: caller, activity) { unit, actor, entry in
            guard let found = try await unit.get(Kinds.groups, group) else { throw ResourceNotFound(id: group) }
            entry.subject = found.key
            entry.targetName = found.document.displayName
            let protected = try await workloads.protected(by: group, in: &unit)
            try await unit.admit(actor, toChange: group, isProtected: !protected.isEmpty)
            try await change(&unit, actor, Kinds.edgeID(.member, to: group, from: member))
            let parties = try await unit.controlFacts(of: [actor.principal]).controllers(of: actor.principal)
            try await unit.refuseLockout(of: protected, parties: parties)
            if !protected.isEmpty {
                entry.activity = .changeProtectedObject.worded("\(activity.displayName) that approves")
            }
            entry.furtherTargets = [try await unit.target(member)]
            entry.facts["member"] = .string(member)
            entry.facts["group"] = .string(group)
            entry.facts["roles"] = try await unit.roles(of: actor.principal).sorted().json
            entry.facts["protectedBy"] = protected.map(\.key.id).json
            try unit.record(entry.event)
        }
    }
}

extension UnitOfWork {
    /// Whether somebody may change the members of a group (rule R4).
    fileprivate mutating func admit(_ actor: ActingCaller, toChange group: String, isProtected: Bool) async throws {
        let roles = try await roles(of: actor.principal)
        try ProtectedGroup.check(
            isProtected: isProtected && !PlantedFault.protectedGroupOpen.isPlanted, roles: roles)
        let owners = try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(.owner, group))
        try GroupAdministration.check(
            actor.principal, roles: roles,
            owners: owners.map { Principal(end: $0.document.fromKind, $0.document.fromId) })
    }

    /// A member as a log names it; one that is gone by its id alone.
    fileprivate mutating func target(_ id: String) async throws -> (key: Key, name: String?) {
        if let user = try await get(Kinds.users, id) { return (user.key, user.document.displayName) }
        if let group = try await get(Kinds.groups, id) { return (group.key, group.document.displayName) }
        if let app = try await get(Kinds.servicePrincipals, id) { return (app.key, app.document.displayName) }
        return (Key("directoryObject", id), nil)
    }

    /// What kind of object an id names.
    mutating func end(_ id: String) async throws -> EdgeEnd? {
        if try await get(Kinds.users, id) != nil { return .user }
        if try await get(Kinds.groups, id) != nil { return .group }
        if try await get(Kinds.servicePrincipals, id) != nil { return .servicePrincipal }
        return nil
    }
}
