internal import EDM

/// Graph's `operationApprovalPolicyType` in the order of its numbers (resource page of 2024-08-01): 0 to 19, then
/// 21 to 31, then `deviceDeprovision`, which only the SDK of 1.66 knows.
package enum OperationApprovalPolicyType: String, EdmEnumeration {
    case unknown, deviceAction, deviceWipe, deviceRetire, deviceRetireNonCompliant, deviceDelete, deviceLock
    case deviceErase, deviceDisableActivationLock, windowsEnrollment, compliancePolicy, configurationPolicy
    case appProtectionPolicy, policySet, filter, endpointSecurityPolicy, app, script, role, deviceResetPasscode
    case unknownFutureValue
    case operationApprovalPolicy, autopilot, windows365, deviceEnrollment, deviceUpdate, enrollmentRestriction
    case tenantConfiguration, tunnel, endpointPrivilegeManagement, deviceSecurityAction, deviceDeprovision

    /// Whether a policy may have the type: `unknown` guards nothing, and changes of policies are always guarded.
    package var isSelectable: Bool {
        self != .unknown && self != .unknownFutureValue && self != .operationApprovalPolicy
    }
}
