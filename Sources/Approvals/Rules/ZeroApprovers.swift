/// Where no approver is *configured* and the workload documents a default, the default decides (of roles: active
/// Privileged Role Administrators and Global Administrators; Entra: "Configure Microsoft Entra role settings in
/// Privileged Identity Management"). Approvers that are configured but resolve to nobody mean closed: the stage waits
/// until it expires (R34, V16).
package enum ZeroApprovers {
    package static func requirement(
        _ configured: ConfiguredApprovers, documentedDefault: ApproverRequirement?
    ) -> ApproverRequirement {
        switch configured {
        case .notConfigured: documentedDefault ?? .closed
        case .configured(let requirement): requirement.isClosed ? .closed : requirement
        }
    }

    /// Whether every group of sets has at least one that isn't known to be unresolved.
    static func isOpen(_ requirement: ApproverRequirement, resolutions: [SetResolution]) -> Bool {
        guard !requirement.isClosed else { return false }
        return requirement.allOf.allSatisfy { group in
            group.contains { set in
                switch resolutions.first(where: { $0.set == set }) {
                case .unresolved?: false
                case .named?, nil: true
                }
            }
        }
    }

    static let refusal = Refusal(
        .zeroApprovers,
        "The approvers of this request resolve to nobody, so nobody can decide it and it will expire. "
            + "Repair the policy or its approver groups, then cancel the request and file it again.")
}

extension RefusalCode {
    package static let zeroApprovers = RefusalCode("zeroApprovers", .forbidden)
}
