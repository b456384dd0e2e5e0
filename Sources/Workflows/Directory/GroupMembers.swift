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
    /// - Throws: `ResourceNotFound`, `MembershipInvalid`, `InsufficientRights` (rule R4).
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
            // Decisions read all of either; one more would stop them.
            let (above, below) = (Kinds.edge(.member, member), Kinds.edge(.member, group))
            let isProtected = try await !workloads.protected(by: group, in: &unit).isEmpty
            guard try await unit.all(Kinds.edgesFrom, of: Kinds.edges, above).count < Self.membershipLimit else {
                throw MembershipInvalid(
                    isMissing: false,
                    message: "'\(member)' is in \(Self.membershipLimit) groups directly, which is the most.")
            }
            let siblings = isProtected ? try await unit.all(Kinds.edgesTo, of: Kinds.edges, below).count : 0
            guard siblings < Self.membershipLimit else {
                throw MembershipInvalid(
                    isMissing: false,
                    message: "An approver group has at most \(Self.membershipLimit) direct members. Nest groups in it.")
            }
            try unit.put(Stored(.member, to: group, from: member, end, writtenBy: actor.principal, at: unit.now))
        }
    }

    private static let membershipLimit = 250

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
    /// A protected group is changed by Privileged Role Administrators and Global Administrators only; any other also by
    /// those who administer groups, by its owners, and by applications with the permission.
    fileprivate mutating func admit(_ actor: ActingCaller, toChange group: String, isProtected: Bool) async throws {
        let roles = try await roles(of: actor.principal)
        if !roles.isDisjoint(with: DirectoryRoles.protectedObjectAdministrators) { return }
        guard !isProtected || PlantedFault.protectedGroupOpen.isPlanted else {
            throw InsufficientRights(
                "The group is an approver group of an access policy, or nested in one. Changing its members needs "
                    + "the role Privileged Role Administrator or Global Administrator.", isDirectory: true)
        }
        if actor.caller.isApplication || !roles.isDisjoint(with: DirectoryRoles.groupAdministrators) { return }
        let owners = try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(.owner, group))
        guard owners.contains(where: { $0.document.fromId == actor.principal.id }) else {
            throw InsufficientRights(
                "Changing the group's members needs the role Groups Administrator, User Administrator, Intune "
                    + "Administrator or Global Administrator, or to own the group.", isDirectory: true)
        }
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
