package import Directory

/// Decisions come from signed-in people; an application may decide only where the policy says `appOnlyApproval`, and
/// then only as a direct member of an approver group (R13; Intune: "Applications can't approve or reject MAA requests";
/// Graph of approval steps: application permissions aren't supported). The system never decides.
package enum WhoMaySendADecision {
    package static func check(_ decider: Principal, switches: ApprovalSwitches) throws(Refusal) {
        switch decider.kind {
        case .user: break
        case .servicePrincipal:
            guard !switches.appOnlyApproval else { break }
            throw Refusal(
                .whoMaySendADecision,
                "An application can't decide this request. An interactive administrator has to: sign in as a user who "
                    + "is an approver, or have the policy allow app-only approval.")
        case .group, .system:
            throw Refusal(
                .whoMaySendADecision,
                "\(decider.sentenceStart) can't decide a request. Sign in as a user who is an approver.")
        }
    }
}

extension RefusalCode {
    package static let whoMaySendADecision = RefusalCode("whoMaySendADecision", .forbidden)
}
