internal import EDM
package import JSON

/// What a configured set meant when its stage began.
package enum SetResolution: Hashable, Sendable {
    /// Who was meant, as users or groups, and whose manager or sponsor they are.
    case named(ApproverSet, holders: [ApproverNode], subject: ApproverNode)
    /// Nobody was found. Where a party caused that, backup approvers don't step in (R3).
    case unresolved(ApproverSet, Reason, causedByParty: Bool)

    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// There is no manager or sponsor, or the group has no member who could decide.
        case missing
        /// The chain of managers comes back to somebody it has passed.
        case repeated
        /// The chain meets a disabled or deleted user.
        case inactive
        /// The chain meets a party of the request.
        case party
        /// A party wrote the edge within the last 24 hours.
        case recentlyWrittenByParty
        /// The workflow told nothing about the set.
        case unknown
    }

    package var set: ApproverSet {
        switch self {
        case .named(let set, _, _), .unresolved(let set, _, _): set
        }
    }
}

/// What a workflow found out about a stage's sets at its start: every set that is named at the start (managers and
/// sponsors), and any other that resolves to nobody. Users, groups and roles that aren't mentioned are judged live.
package struct StageOpening: Hashable, Sendable {
    package var resolutions: [SetResolution]

    package init(_ resolutions: [SetResolution] = []) { self.resolutions = resolutions }

    package static let live = StageOpening()

    func resolution(of set: ApproverSet) -> SetResolution? {
        if let found = resolutions.first(where: { $0.set == set }) {
            if case .named(_, let holders, _) = found, holders.isEmpty {
                return .unresolved(set, .missing, causedByParty: false)
            }
            return found
        }
        return set.isNamedAtStart ? .unresolved(set, .unknown, causedByParty: true) : nil
    }
}

extension SetResolution: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        let set: ApproverSet = try members.take("set")
        if let reason = try members.take("unresolved", as: String?.self) {
            guard let reason = Reason(rawValue: reason) else {
                throw Invalid(path: "unresolved", reason: "is unknown.")
            }
            self = .unresolved(set, reason, causedByParty: try members.take("causedByParty"))
        } else {
            self = .named(set, holders: try members.take("holders"), subject: try members.take("subject"))
        }
        try members.end()
    }

    package var json: JSONValue {
        switch self {
        case .named(let set, let holders, let subject):
            ["set": set.json, "unresolved": .null, "holders": holders.json, "subject": subject.json]
        case .unresolved(let set, let reason, let causedByParty):
            ["set": set.json, "unresolved": .string(reason.rawValue), "causedByParty": .bool(causedByParty)]
        }
    }
}
