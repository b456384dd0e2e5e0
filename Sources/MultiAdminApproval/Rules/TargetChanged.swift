package import Approvals
package import EDM

/// An approved operation runs on the target that the approver saw: if its governed properties have changed since
/// filing, the completion is refused and the request stays approved (R14: 409, never 412, which clients read as
/// "waiting").
package enum TargetChanged {
    package static func check(
        filed: [Document<OperationTarget>], now: [Document<OperationTarget>]
    ) throws(Refusal) {
        guard filed.map(\.version) != now.map(\.version) else { return }
        throw Refusal(
            .targetChanged,
            "The target has changed since the request was filed, so what was approved no longer fits. "
                + "Cancel the request and file it anew.")
    }
}
