/// Backup (fallback) approvers stand in only where the primary ones were unresolved when the stage began, and not where
/// a party caused that (R3; Graph: `isBackup` of a `userSet`).
package enum BackupApprovers {
    static func stepIn(
        for primary: ApproverRequirement, backup: ApproverRequirement?, resolutions: [SetResolution]
    ) -> Bool {
        guard let backup, !primary.isClosed, !ZeroApprovers.isOpen(primary, resolutions: resolutions),
            ZeroApprovers.isOpen(backup, resolutions: resolutions)
        else { return false }
        let sets = Set(primary.sets)
        return !resolutions.contains { resolution in
            switch resolution {
            case .named: false
            case .unresolved(let set, _, let causedByParty): causedByParty && sets.contains(set)
            }
        }
    }

    static let refusal = Refusal(
        .backupApprovers,
        "You are a backup approver of this request, and its primary approvers could be resolved when the stage began. "
            + "Ask one of them to decide.")
}

extension RefusalCode {
    package static let backupApprovers = RefusalCode("backupApprovers", .forbidden)
}
