/// Decisions read every membership of a decider and every member of a group that decides, so that neither may be too many
/// for one decision. Nested groups have room for more.
package enum MembershipLimit {
    package static let limit = 250

    /// Asked before a membership is added.
    ///
    /// - Parameters:
    ///   - groups: in how many groups the new member is directly.
    ///   - siblings: how many direct members a protected group has; nil for a group that decides nothing.
    package static func check(_ member: String, groups: Int, siblings: Int?) throws(Refusal) {
        guard groups < limit else {
            throw Refusal(.membershipLimit, "'\(member)' is in \(limit) groups directly, which is the most.")
        }
        guard siblings ?? 0 < limit else {
            throw Refusal(
                .membershipLimit, "An approver group has at most \(limit) direct members. Nest groups in it.")
        }
    }
}

extension RefusalCode {
    package static let membershipLimit = RefusalCode("membershipLimit", .invalid, wire: (400, "Request_BadRequest"))
}
