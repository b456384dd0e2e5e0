internal import EDM
package import JSON

/// One stage as the policy in force at filing asked for it; part of the snapshot that a request keeps (R6).
package struct StageDefinition: Hashable, Sendable {
    package var primary: ApproverRequirement
    package var backup: ApproverRequirement?
    package var escalation: Escalation?
    package var timeout: Duration
    /// How many persons have to approve; Graph knows only one.
    package let quorum: Int
    package var isJustificationRequired: Bool

    package struct Escalation: Hashable, Sendable {
        package var after: Duration
        package var approvers: ApproverRequirement

        package init(after: Duration, to approvers: ApproverRequirement) {
            self.after = after
            self.approvers = approvers
        }
    }

    package init(
        primary: ApproverRequirement, backup: ApproverRequirement? = nil, escalation: Escalation? = nil,
        timeout: Duration, quorum: Int = 1, isJustificationRequired: Bool = false
    ) {
        self.primary = primary
        self.backup = backup
        self.escalation = escalation
        self.timeout = timeout
        self.quorum = max(1, quorum)
        self.isJustificationRequired = isJustificationRequired
    }

    /// Every set the stage names, for a workflow that gathers its `StageOpening`.
    package var sets: [ApproverSet] {
        var seen: Set<ApproverSet> = []
        return [primary, backup, escalation?.approvers].compactMap(\.self).flatMap(\.sets)
            .filter { seen.insert($0).inserted }
    }
}

extension StageDefinition: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        let quorum = try members.take("quorum", as: Int64.self)
        guard (1...1000).contains(quorum) else { throw Invalid(path: "quorum", reason: "must be from 1 to 1000.") }
        self.init(
            primary: try members.take("primary"), backup: try members.take("backup"),
            escalation: try members.take("escalation"), timeout: try members.take("timeout"), quorum: Int(quorum),
            isJustificationRequired: try members.take("isJustificationRequired"))
        try members.end()
    }

    package var json: JSONValue {
        [
            "primary": primary.json, "backup": backup.json, "escalation": escalation.json, "timeout": timeout.json,
            "quorum": .integer(Int64(quorum)), "isJustificationRequired": .bool(isJustificationRequired),
        ]
    }
}

extension StageDefinition.Escalation: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        self.init(after: try members.take("after"), to: try members.take("approvers"))
        try members.end()
    }
    package var json: JSONValue { ["after": after.json, "approvers": approvers.json] }
}
