internal import EDM
package import JSON

/// A set of approvers as a policy configures it, by Graph's words (Graph: "subjectSet resource type";
/// operation approval policies name groups, policies of roles name users and groups).
package enum ApproverSet: Hashable, Sendable {
    case user(String)
    /// Members of a group, directly or through nested groups.
    case members(ofGroup: String)
    /// Holders of a role, directly or through a group.
    case holders(ofRole: String)
    /// The manager so many levels above, at least one.
    case manager(of: Subject, level: Int)
    /// Sponsors of the requestor's connected organization.
    case internalSponsors, externalSponsors
    /// Sponsors of the user who will get the access.
    case targetUserSponsors

    package enum Subject: String, Hashable, Sendable { case requestor, target }

    /// Whether who is meant is read at the start of a stage (R3) instead of at each decision (R2).
    package var isNamedAtStart: Bool {
        switch self {
        case .user, .members, .holders: false
        case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: true
        }
    }
}

extension ApproverSet: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        switch try members.take("set", as: String.self) {
        case "user": self = .user(try members.take("id"))
        case "members": self = .members(ofGroup: try members.take("group"))
        case "holders": self = .holders(ofRole: try members.take("role"))
        case "manager":
            guard let subject = Subject(rawValue: try members.take("of", as: String.self)) else {
                throw Invalid(path: "of", reason: "must be requestor or target.")
            }
            let level = try members.take("level", as: Int64.self)
            guard (1...100).contains(level) else { throw Invalid(path: "level", reason: "must be from 1 to 100.") }
            self = .manager(of: subject, level: Int(level))
        case "internalSponsors": self = .internalSponsors
        case "externalSponsors": self = .externalSponsors
        case "targetUserSponsors": self = .targetUserSponsors
        case let other: throw Invalid(path: "set", reason: "has the unknown value '\(other)'.")
        }
        try members.end()
    }

    package var json: JSONValue {
        switch self {
        case .user(let id): ["set": "user", "id": .string(id)]
        case .members(let group): ["set": "members", "group": .string(group)]
        case .holders(let role): ["set": "holders", "role": .string(role)]
        case .manager(let subject, let level):
            ["set": "manager", "of": .string(subject.rawValue), "level": .integer(Int64(level))]
        case .internalSponsors: ["set": "internalSponsors"]
        case .externalSponsors: ["set": "externalSponsors"]
        case .targetUserSponsors: ["set": "targetUserSponsors"]
        }
    }
}
