internal import EDM
package import JSON

/// What holds for all stages of an approval.
package struct ApprovalSwitches: Hashable, Sendable {
    /// One person counts once over all stages (R5).
    package var distinctPersons: Bool
    /// Guests may be approvers (R3).
    package var guestsMayDecide: Bool
    /// Applications may be approvers (R13).
    package var appOnlyApproval: Bool

    package init(distinctPersons: Bool = true, guestsMayDecide: Bool = false, appOnlyApproval: Bool = false) {
        self.distinctPersons = distinctPersons
        self.guestsMayDecide = guestsMayDecide
        self.appOnlyApproval = appOnlyApproval
    }
}

/// The stages of an approval in sequence, at least one.
package struct ApprovalDefinition: Hashable, Sendable {
    package let stages: [StageDefinition]
    package let switches: ApprovalSwitches

    package init(singleStage stage: StageDefinition, switches: ApprovalSwitches = ApprovalSwitches()) {
        stages = [stage]
        self.switches = switches
    }

    /// - Throws: `Invalid` without a stage: an approval that nobody has to give is none.
    package init(stages: [StageDefinition], switches: ApprovalSwitches = ApprovalSwitches()) throws(Invalid) {
        guard !stages.isEmpty else { throw Invalid(path: "stages", reason: "must have at least one stage.") }
        self.stages = stages
        self.switches = switches
    }
}

extension ApprovalSwitches: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        self.init(
            distinctPersons: try members.take("distinctPersons"), guestsMayDecide: try members.take("guestsMayDecide"),
            appOnlyApproval: try members.take("appOnlyApproval"))
        try members.end()
    }

    package var json: JSONValue {
        [
            "distinctPersons": .bool(distinctPersons), "guestsMayDecide": .bool(guestsMayDecide),
            "appOnlyApproval": .bool(appOnlyApproval),
        ]
    }
}

extension ApprovalDefinition: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        try self.init(stages: try members.take("stages"), switches: try members.take("switches"))
        try members.end()
    }
    package var json: JSONValue { ["stages": stages.json, "switches": switches.json] }
}
