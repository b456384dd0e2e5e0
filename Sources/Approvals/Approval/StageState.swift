package import EDM
package import JSON

/// One stage of an approval. Graph shows it as `Initializing`, `InProgress`, `Completed` (approved, denied) or
/// `Expired` (Graph: "approvalStep resource type").
package enum StageState: Hashable, Sendable {
    /// An earlier stage is still open. Valid transitions: `inProgress` when it is approved; `closed` as notReached when
    /// the approval ends before.
    case initializing
    /// Waits for decisions. Valid transitions: `inProgress` by an approval short of the quorum or by escalation;
    /// `closed` as approved, denied, timedOut or cancelled.
    case inProgress(StageRun)
    /// Has its one outcome (V3). Valid transitions: none. Without a run where the stage never began.
    case closed(StageRun?, StageOutcome, at: Instant)

    package var run: StageRun? {
        switch self {
        case .initializing: nil
        case .inProgress(let run): run
        case .closed(let run, _, _): run
        }
    }
}

package enum StageOutcome: String, Hashable, Sendable, CaseIterable {
    case approved, denied, timedOut, cancelled, notReached

    var phrase: String {
        switch self {
        case .approved: "approved"
        case .denied: "denied"
        case .timedOut: "timed out"
        case .cancelled: "cancelled"
        case .notReached: "an earlier stage ended the approval"
        }
    }
}

/// What happened in a stage since it began.
package struct StageRun: Hashable, Sendable {
    package let start: Instant
    package let deadline: Instant
    /// Whether the backup approvers stepped in at the start.
    package let usesBackup: Bool
    package let resolutions: [SetResolution]
    package var escalatedAt: Instant?
    package var decisions: [Decision] = []
}

extension StageRun: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        start = try members.take("start")
        deadline = try members.take("deadline")
        usesBackup = try members.take("usesBackup")
        resolutions = try members.take("resolutions")
        escalatedAt = try members.take("escalatedAt")
        decisions = try members.take("decisions")
        try members.end()
    }

    package var json: JSONValue {
        [
            "start": start.json, "deadline": deadline.json, "usesBackup": .bool(usesBackup),
            "resolutions": resolutions.json, "escalatedAt": escalatedAt.json, "decisions": decisions.json,
        ]
    }
}

extension StageState: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        switch try members.take("state", as: String.self) {
        case "initializing": self = .initializing
        case "inProgress": self = .inProgress(try members.take("run"))
        case "closed":
            guard let outcome = StageOutcome(rawValue: try members.take("outcome", as: String.self)) else {
                throw Invalid(path: "outcome", reason: "is unknown.")
            }
            self = .closed(try members.take("run"), outcome, at: try members.take("closedAt"))
        case let other: throw Invalid(path: "state", reason: "has the unknown value '\(other)'.")
        }
        try members.end()
    }

    package var json: JSONValue {
        switch self {
        case .initializing: ["state": "initializing"]
        case .inProgress(let run): ["state": "inProgress", "run": run.json]
        case .closed(let run, let outcome, let at):
            ["state": "closed", "outcome": .string(outcome.rawValue), "closedAt": at.json, "run": run.json]
        }
    }
}
