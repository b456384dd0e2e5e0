internal import Approvals
internal import Directory
internal import EDM
internal import MultiAdminApproval
internal import Storage

// Whether a change leaves policies that nobody could use (rule R11), as this unit of work would leave the directory.
extension UnitOfWork {
    /// Members of a policy's approver groups, up to the first who suffices.
    fileprivate mutating func candidates(
        for policy: Document<OperationApprovalPolicy>, besides parties: Set<Principal>
    ) async throws -> [NoLockout.Candidate] {
        var candidates: [NoLockout.Candidate] = []
        for member in try await users(inGroups: policy.approverGroupIds) {
            let principal = Principal(.user, member)
            guard let user = try await get(Kinds.users, member)?.document else { continue }
            let account = Decider(
                principal, isEnabled: user.accountEnabled, isGuest: user.userType?.lowercased() == "guest")
            guard ActiveApprover.counts(account) else { continue }
            let candidate = NoLockout.Candidate(
                account, controllers: try await controlFacts(of: [principal]).controllers(of: principal),
                roles: try await roles(of: principal))
            candidates.append(candidate)
            if NoLockout.suffices(candidate, for: policy.policyType, besides: parties) { break }
        }
        return candidates
    }
}

extension ProtectedObject {
    /// A policy, about whose requests its approver groups decide.
    static func policy(_ policy: Stored<OperationApprovalPolicy>) -> ProtectedObject {
        ProtectedObject(key: policy.key, displayName: policy.document.displayName) { unit, parties in
            try NoLockout.check(
                policy.document, candidates: try await unit.candidates(for: policy.document, besides: parties),
                besides: parties)
        }
    }
}
