package import Directory
package import EDM

/// An application on a policy's exclusion list writes without approval, with its own token only: what a person does
/// through it is guarded all the same, and so is what another policy guards (multi-admin-approval.md §3.4).
package enum ExcludedApplication {
    /// The policies that guard a write of this caller; none, and it goes through.
    package static func guarding(
        _ policies: [Document<OperationApprovalPolicy>], against caller: Principal
    ) -> [Document<OperationApprovalPolicy>] {
        guard caller.kind == .servicePrincipal else { return policies }
        return policies.filter { policy in
            !policy.countersignExcludedApplicationIds.contains { $0.lowercased() == caller.id }
        }
    }
}
