/// Every refusal by its rule: `noSelfDecision` is thrown by `Rules/NoSelfDecision.swift`. docs/rules.md has a row for
/// each.
package enum RefusalCode: String, Hashable, Sendable, CaseIterable {
    // Approvals/Rules
    case activeApprover, approverResolution, backupApprovers, decisionDeadline, distinctPersons, escalationApprovers
    case justificationLength, justificationRequired, noSelfDecision, repeatedDecision, stageInProgress
    case whoMaySendADecision, zeroApprovers

    // MultiAdminApproval/Rules
    case approvedBeforeExecution, codeBinding, codeHeader, executedOnce, filedByTheOperation, justificationHeader
    case administratorRole, approverGroups, bootstrap, breakGlass, noDeletionByParty, noLockout, oneActiveRequest,
        policyForm,
        policyOverlap, requestNotFound,
        requestsAreReadOnly
    case requestStatus, requestorOnly, targetChanged

    package var kind: Refusal.Kind {
        switch self {
        case .activeApprover, .approverResolution, .backupApprovers, .distinctPersons, .escalationApprovers,
            .noSelfDecision, .whoMaySendADecision, .zeroApprovers:
            .forbidden
        case .administratorRole, .approvedBeforeExecution, .bootstrap, .codeBinding, .noDeletionByParty, .requestorOnly:
            .forbidden
        case .decisionDeadline, .repeatedDecision, .stageInProgress:
            .conflict
        case .breakGlass, .executedOnce, .noLockout, .oneActiveRequest, .policyOverlap, .requestStatus, .targetChanged:
            .conflict
        case .justificationLength, .justificationRequired:
            .invalid
        case .approverGroups, .codeHeader, .filedByTheOperation, .justificationHeader, .policyForm,
            .requestsAreReadOnly:
            .invalid
        case .requestNotFound:
            .notFound
        }
    }
}
