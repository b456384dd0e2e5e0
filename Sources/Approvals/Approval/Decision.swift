package import Directory
package import EDM
package import JSON

package enum DecisionChoice: String, Hashable, Sendable, CaseIterable {
    case approve, deny

    /// The choice in a sentence.
    package var participle: String {
        switch self {
        case .approve: "approved"
        case .deny: "denied"
        }
    }
}

/// A recorded decision with all that makes it checkable later (V1, V2).
package struct Decision: Hashable, Sendable {
    package let choice: DecisionChoice
    package let decider: Principal
    package let controllers: Set<Principal>
    package let paths: [ApproverPath]
    package let justification: String?
    package let decidedAt: Instant

    init(_ choice: DecisionChoice, by decider: EligibleDecider, justification: String?) {
        self.choice = choice
        self.decider = decider.principal
        controllers = decider.controllers
        paths = decider.paths
        self.justification = justification.flatMap { $0.isEmpty ? nil : $0 }
        decidedAt = decider.judgedAt
    }
}

extension Decision: InternalValue {
    package init(json: JSONValue) throws(Invalid) {
        var members = try MemberReader(json)
        guard let choice = DecisionChoice(rawValue: try members.take("choice", as: String.self)) else {
            throw Invalid(path: "choice", reason: "must be approve or deny.")
        }
        self.choice = choice
        decider = try members.take("decider")
        controllers = Set(try members.take("controllers", as: [Principal].self))
        paths = try members.take("paths")
        justification = try members.take("justification")
        decidedAt = try members.take("decidedAt")
        try members.end()
        guard controllers.contains(decider) else {
            throw Invalid(path: "controllers", reason: "must contain the decider.")
        }
    }

    package var json: JSONValue {
        [
            "choice": .string(choice.rawValue), "decider": decider.json, "controllers": controllers.sorted().json,
            "paths": paths.json, "justification": justification.json, "decidedAt": decidedAt.json,
        ]
    }
}
