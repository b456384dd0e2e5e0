internal import Approvals
internal import Directory
internal import EDM
internal import MultiAdminApproval
internal import Storage

// Whether a change leaves policies that nobody could use (rule R11), as this unit of work would leave the directory.
extension UnitOfWork {
    /// Whether somebody besides some parties could approve under a policy.
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
}

extension ProtectedObject {
    /// A policy, about whose requests its approver groups decide.
    static func policy(_ policy: Stored<OperationApprovalPolicy>) -> ProtectedObject {
        ProtectedObject(
            key: policy.key, displayName: policy.document.displayName, lockout: NoLockout.refusal(policy.document)
        ) { unit, parties in try await unit.hasApprover(policy.document, besides: parties) }
    }
}
