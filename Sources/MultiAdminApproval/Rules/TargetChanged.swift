package import Approvals
package import EDM

/// An approved operation runs on the target that the approver saw: if its governed properties have changed since
/// filing, the completion is refused and the request stays approved (R14: 409, never 412, which clients read as
/// "waiting").
package enum TargetChanged {
    package static func check(
        filed: Document<OperationBinding>, now: Document<OperationBinding>
    ) throws(Refusal) {
        guard filed.targets != now.targets || filed.conditions != now.conditions else { return }
        throw refusal
    }

    /// Also for a target that is gone.
    package static let refusal = Refusal(
        .targetChanged,
        "The target has changed since the request was filed, so what was approved no longer fits. "
            + "Cancel the request and file it anew.")
}

extension RefusalCode {
    package static let targetChanged = RefusalCode("targetChanged", .conflict)
}
