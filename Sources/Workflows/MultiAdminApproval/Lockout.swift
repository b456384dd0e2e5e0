internal import Approvals
internal import Directory
internal import EDM
internal import MultiAdminApproval
internal import Storage

// Whether a change leaves policies that nobody could use (rule R11), as this unit of work would leave the directory.
extension UnitOfWork {
    /// - Parameter parties: everybody with a stake in the change.
    /// - Throws: `Refusal` naming the first policy that would have nobody left.
    mutating func refuseLockout(
        of policies: [Stored<OperationApprovalPolicy>], parties: Set<Principal>
    ) async throws {
        guard !PlantedFault.lockoutAllowed.isPlanted else { return }
        for policy in policies.sorted(by: { $0.id < $1.id }) {
            guard try await !hasApprover(policy.document, besides: parties) else { continue }
            throw NoLockout.refusal(policy.document)
        }
    }

    mutating func hasApprover(
        _ policy: Document<OperationApprovalPolicy>, besides parties: Set<Principal>
    ) async throws -> Bool {
        for member in try await users(inGroups: policy.approverGroupIds) {
            guard let user = try await get(Kinds.users, member)?.document, user.accountEnabled,
                user.userType?.lowercased() != "guest"
            else { continue }
            let principal = Principal(.user, member)
            let controllers = try await controlFacts(of: [principal]).controllers(of: principal)
            let candidate = NoLockout.Candidate(
                isParty: !controllers.isDisjoint(with: parties),
                mayApprovePolicies: try await !roles(of: principal).isDisjoint(
                    with: DirectoryRoles.deviceAdministrators))
            if NoLockout.suffices(candidate, for: policy.policyType) { return true }
        }
        return false
    }

    /// Users directly in the groups or through nested ones, sorted.
    mutating func users(inGroups groups: [String]) async throws -> [String] {
        var users: Set<String> = []
        var visited: Set<String> = Set(groups)
        var open = groups
        while let group = open.popLast() {
            for edge in try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(.member, group))
            where edge.document.endsAt.map({ now < $0 }) ?? true {
                switch edge.document.fromKind {
                case .group: if visited.insert(edge.document.fromId).inserted { open.append(edge.document.fromId) }
                case .user: users.insert(edge.document.fromId)
                case .servicePrincipal: continue
                }
            }
        }
        return users.sorted()
    }
}
