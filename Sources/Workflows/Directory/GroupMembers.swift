internal import Approvals
package import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
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
            let isProtected = try await !unit.policies(protecting: group).isEmpty
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
            let now = unit.now
            try unit.put(
                Stored(
                    Kinds.edges, id: key,
                    try Document {
                        $0.id = key
                        $0.relation = .member
                        $0.toId = group
                        $0.fromId = member
                        $0.fromKind = end
                        $0.writtenBy = actor.principal.text
                        $0.writtenAt = now
                    }))
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
        _ change: (inout UnitOfWork, Actor, _ edge: String) async throws -> Void
    ) async throws {
        try await decide(as: caller, activity) { unit, actor, entry in
            guard let found = try await unit.get(Kinds.groups, group) else { throw ResourceNotFound(id: group) }
            entry.subject = found.key
            entry.targetName = found.document.displayName
            let policies = try await unit.policies(protecting: group)
            try await unit.admit(actor, toChange: group, isProtected: !policies.isEmpty)
            try await change(&unit, actor, "\(EdgeRelation.member.rawValue):\(group):\(member)")
            let parties = try await unit.controlFacts(of: [actor.principal]).controllers(of: actor.principal)
            try await unit.refuseLockout(of: policies, parties: parties)
            if !policies.isEmpty { entry.activity = activity.onProtectedObject }
            entry.furtherTargets = [try await unit.target(member)]
            entry.facts["member"] = .string(member)
            entry.facts["group"] = .string(group)
            entry.facts["roles"] = try await unit.roles(of: actor.principal).sorted().json
            entry.facts["protectedBy"] = policies.map(\.id).json
            try unit.record(entry.event)
        }
    }
}

extension UnitOfWork {
    /// The policies that name a group as approvers, or a group in which it lies (rule R4).
    fileprivate mutating func policies(protecting group: String) async throws -> [Stored<OperationApprovalPolicy>] {
        let above = try await memberships(of: Principal(.group, group)).map(\.toId)
        var found: [String: Stored<OperationApprovalPolicy>] = [:]
        for id in Set([group] + above).sorted() {
            for policy in try await all(Kinds.policyApprovers, of: Kinds.operationApprovalPolicies, id) {
                found[policy.id] = policy
            }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    /// A protected group is changed by Privileged Role Administrators and Global Administrators only; any other also by
    /// those who administer groups, by its owners, and by applications with the permission.
    fileprivate mutating func admit(_ actor: Actor, toChange group: String, isProtected: Bool) async throws {
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

extension AuditEntry.Activity {
    static let addMember = Self("group.memberAdded", "Add member to group", category: "GroupManagement")
    static let removeMember = Self("group.memberRemoved", "Remove member from group", category: "GroupManagement")

    /// The same activity on an object that decides who approves (rule R4).
    var onProtectedObject: Self {
        Self("protectedObjectChanged", "\(displayName) that approves", category: category, operation: operationType)
    }
}
