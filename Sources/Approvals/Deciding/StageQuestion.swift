package import Directory
package import EDM

/// What one stage asks of a decider, as it stands at one instant. Only the machine makes it.
package struct StageQuestion: Hashable, Sendable {
    package let stage: Int
    package let start: Instant
    /// The primary approvers, or the backup approvers where those stepped in at the start.
    package let inUse: ApproverRequirement
    /// The backup approvers where they didn't step in.
    package let idleBackup: ApproverRequirement?
    package let escalation: ApproverRequirement?
    package let isEscalated: Bool
    package let resolutions: [SetResolution]
    package let parties: Parties
    package let switches: ApprovalSwitches

    func resolution(of set: ApproverSet) -> SetResolution? { resolutions.first { $0.set == set } }

    /// Whether somebody could meet a requirement, as far as its sets were resolved at the start.
    func isOpen(_ requirement: ApproverRequirement) -> Bool {
        ZeroApprovers.isOpen(requirement, resolutions: resolutions)
    }
}
