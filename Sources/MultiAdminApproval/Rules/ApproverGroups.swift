package import Approvals
package import Directory
package import EDM

/// Approver groups are plain security groups that exist: Microsoft 365 groups, mail-enabled ones and groups with dynamic
/// membership are refused, which Intune takes and then finds no approver in (R3; Intune: "Use access policies to
/// require multi admin approval").
package enum ApproverGroups {
    /// - Parameter group: nil where no group has the id.
    package static func check(_ id: String, _ group: Document<Group>?) throws(Refusal) {
        guard let group else { throw refusal(id, "there is no such group") }
        guard group.securityEnabled else { throw refusal(id, "'\(group.displayName)' isn't a security group") }
        guard !group.mailEnabled, !has(group, "Unified") else {
            throw refusal(id, "'\(group.displayName)' is a Microsoft 365 or mail-enabled group")
        }
        guard !has(group, "DynamicMembership") else {
            throw refusal(id, "the membership of '\(group.displayName)' is dynamic")
        }
    }

    private static func has(_ group: Document<Group>, _ type: String) -> Bool {
        group.groupTypes.contains { $0.lowercased() == type.lowercased() }
    }

    private static func refusal(_ id: String, _ reason: String) -> Refusal {
        Refusal(
            .approverGroups,
            "'approverGroupIds' names \(id), but \(reason). Name security groups with assigned membership.")
    }
}

extension RefusalCode {
    package static let approverGroups = RefusalCode("approverGroups", .invalid)
}
