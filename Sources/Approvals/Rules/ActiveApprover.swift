/// Only users that are enabled and not deleted count as approvers, and guests only if the policy says so (R3).
package enum ActiveApprover {
    package static func counts(_ decider: Decider, switches: ApprovalSwitches = ApprovalSwitches()) -> Bool {
        decider.isEnabled && !decider.isDeleted && (!decider.isGuest || switches.guestsMayDecide)
    }

    package static func check(_ decider: Decider, switches: ApprovalSwitches) throws(Refusal) {
        guard !counts(decider, switches: switches) else { return }
        guard decider.isEnabled, !decider.isDeleted else {
            throw Refusal(
                .activeApprover,
                "The account is \(decider.isDeleted ? "deleted" : "disabled"), so it can't decide. "
                    + "Ask an administrator to restore it, or another approver to decide.")
        }
        throw Refusal(
            .activeApprover,
            "Guests can't decide this request. Ask an approver who is a member of the tenant, or have the policy "
                + "allow guests.")
    }
}

extension RefusalCode {
    package static let activeApprover = RefusalCode("activeApprover", .forbidden)
}
