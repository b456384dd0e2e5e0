package import Directory
package import EDM

/// An application on a policy's exclusion list writes without approval, with its own token only: what a person does
/// through it is guarded all the same, and so is what another policy guards (Intune: "Exclude enterprise applications
/// from an access policy"). The exclusion holds for the application as it was approved: a new owner or credential
/// suspends it.
package enum ExcludedApplication {
    /// - Parameters:
    ///   - controls: the owners and credentials that the application has now, each as one text.
    ///   - pinned: those that it had when the exclusion was approved.
    package static func excludes(
        _ caller: Principal, from policy: Document<OperationApprovalPolicy>, controls: [String], pinned: [String]
    ) -> Bool {
        isListed(caller, in: policy) && Set(controls).isSubset(of: pinned)
    }

    package static func isListed(_ caller: Principal, in policy: Document<OperationApprovalPolicy>) -> Bool {
        caller.kind == .servicePrincipal
            && policy.countersignExcludedApplicationIds.contains { $0.lowercased() == caller.id }
    }
}
