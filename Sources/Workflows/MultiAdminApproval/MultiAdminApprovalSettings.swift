internal import EDM

/// Switches of Multi Admin Approval.
package struct MultiAdminApprovalSettings: SettingsGroup {
    /// What a held write is answered with: three observers of the service report 412, an older page says 403.
    package enum ApprovalRequiredStatus: Int, Sendable, CaseIterable {
        case preconditionFailed = 412, forbidden = 403
    }

    /// How failures under Intune's paths put their message: as text, or as the service's own JSON text in it.
    package enum ErrorEnvelope: String, Sendable, CaseIterable { case plain, intune }

    package var approvalRequiredStatus = ApprovalRequiredStatus.preconditionFailed
    package var errorEnvelope = ErrorEnvelope.plain
    /// How long an approval request stays open from its filing.
    package var requestLifetime: Duration = .hours(72)
    /// How long a terminal request stays visible.
    package var requestRetention: Duration = .days(30)
    /// Whether an application that is a direct member of an approver group may decide (security rule R13).
    package var appOnlyApproval = false
    /// Whether approve, reject and cancelApproval need a justification.
    package var decisionJustificationRequired = false

    package init() {}

    package static let section = "multiAdminApproval"
    package static let switches: [Switch<Self>] = [
        .number("approvalRequiredStatus", \.approvalRequiredStatus), .choice("errorEnvelope", \.errorEnvelope),
        .duration("requestLifetime", \.requestLifetime), .duration("retention", \.requestRetention),
        .flag("appOnlyApproval", \.appOnlyApproval),
        .word("decisionJustification", \.decisionJustificationRequired, no: "optional", yes: "required"),
    ]
}

extension Governance.Settings {
    package var multiAdminApproval: MultiAdminApprovalSettings {
        get { self[MultiAdminApprovalSettings.self] }
        set { self[MultiAdminApprovalSettings.self] = newValue }
    }
}
