internal import EDM
package import JSON
internal import Synchronization

extension Governance {
    /// Switches of a deployment, with the documented defaults (`multiAdminApproval` of the configuration).
    package struct Settings: Hashable, Sendable {
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
    }
}

// The names and values that a configuration file and the emulator share.
extension Governance.Settings {
    package static let names = [
        "approvalRequiredStatus", "errorEnvelope", "requestLifetime", "retention", "appOnlyApproval",
        "decisionJustification",
    ]

    package var json: JSONObject {
        [
            "approvalRequiredStatus": .integer(Int64(approvalRequiredStatus.rawValue)),
            "errorEnvelope": .string(errorEnvelope.rawValue), "requestLifetime": requestLifetime.json,
            "retention": requestRetention.json, "appOnlyApproval": .bool(appOnlyApproval),
            "decisionJustification": .string(decisionJustificationRequired ? "required" : "optional"),
        ]
    }

    /// Changes what the members name; a misspelt name must not be taken for a default.
    /// - Throws: `Invalid` that names the member.
    package mutating func change(_ members: JSONObject) throws(Invalid) {
        var changed = self
        for (name, value) in members.members {
            do throws(Invalid) { try changed.set(name, value) } catch { throw error.inside(name) }
        }
        self = changed
    }

    private mutating func set(_ name: String, _ value: JSONValue) throws(Invalid) {
        switch name {
        case "approvalRequiredStatus":
            guard let number = value.integer, let status = ApprovalRequiredStatus(rawValue: Int(number)) else {
                throw Invalid(reason: "must be 412 or 403.")
            }
            approvalRequiredStatus = status
        case "errorEnvelope":
            guard let envelope = value.string.flatMap(ErrorEnvelope.init) else {
                throw Invalid(reason: "must be one of: plain, intune.")
            }
            errorEnvelope = envelope
        case "requestLifetime": requestLifetime = try Self.duration(value)
        case "retention": requestRetention = try Self.duration(value)
        case "appOnlyApproval":
            guard case .bool(let flag) = value else { throw Invalid(reason: "must be true or false.") }
            appOnlyApproval = flag
        case "decisionJustification":
            guard let text = value.string, ["optional", "required"].contains(text) else {
                throw Invalid(reason: "must be one of: optional, required.")
            }
            decisionJustificationRequired = text == "required"
        default: throw Invalid(reason: "isn't known here. Known are: \(Self.names.joined(separator: ", ")).")
        }
    }

    private static func duration(_ value: JSONValue) throws(Invalid) -> Duration {
        guard let duration = try? Duration(json: value), duration > .zero, duration <= .days(3650) else {
            throw Invalid(reason: "must be a duration such as PT72H, of ten years at most.")
        }
        return duration
    }
}

/// The settings in force, which an emulator changes and returns to those of its start.
final class Switches: Sendable {
    private let start: Governance.Settings
    private let current: Mutex<Governance.Settings>

    init(_ settings: Governance.Settings) {
        start = settings
        current = Mutex(settings)
    }

    var settings: Governance.Settings { current.withLock { $0 } }

    func change(_ members: JSONObject) throws(Invalid) {
        try current.withLock { settings throws(Invalid) in try settings.change(members) }
    }

    func reset() { current.withLock { $0 = start } }
}
