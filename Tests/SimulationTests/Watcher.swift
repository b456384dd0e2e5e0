import EDM
import JSON
import Storage
import Workflows

/// What a simulation found wrong, with the step at which it did.
struct Violation: Error, CustomStringConvertible {
    let description: String
}

/// Follows the log event by event and holds it against the invariants: the states of each request, who decided, when, how
/// often each operation ran. It believes only events and documents, never the code that made them.
struct Watcher {
    private(set) var position: Int64 = 0
    private(set) var states: [String: String] = [:]
    private var parties: [String: Set<String>] = [:]
    private(set) var deadlines: [String: Instant] = [:]
    private(set) var executions: [String: Int] = [:]

    /// What an event is, by its type; and which steps a request may take.
    private let activities = Dictionary(uniqueKeysWithValues: Workloads.tested.activities.map { ($0.type, $0) })
    private let transitions = Set(Workloads.tested.requests.flatMap(\.transitions).map { [$0.from ?? "", $0.to] })
    private let requestKinds = Set(Workloads.tested.requests.map(\.kind.name))

    mutating func follow(_ engine: any Engine, tenant: String) async throws {
        while true {
            let events = try await engine.events(tenant: tenant, from: position, limit: 500)
            for event in events { try take(event) }
            if events.count < 500 { return }
        }
    }

    private mutating func take(_ event: PositionedEvent) throws {
        guard event.position == position else {
            throw Violation(description: "position \(event.position), not \(position)")
        }
        position += 1
        guard Event.leaf(of: event.bytes) == event.leaf else { throw Violation(description: "leaf of \(event.id)") }
        let value = try JSONReader.read(event.bytes)
        let type = value[path: ["type"]]?.string ?? ""
        guard let activity = activities[type] else { throw Violation(description: "the unknown event '\(type)'") }
        let facts = value[path: ["facts"]]?.object ?? JSONObject()
        guard let subject = value[path: ["subject"]]?.string,
            requestKinds.contains(String(subject.prefix { $0 != "/" }))
        else {
            // What ran without a request.
            if facts["entities"] != nil, facts["refusal"] == nil { count(facts) }
            return
        }
        guard facts["refusal"] == nil else {
            guard facts["changes"] == nil else { throw Violation(description: "a refusal changed \(subject)") }
            return
        }
        let at = try Instant(value[path: ["at"]]?.string ?? "")
        if let change = facts["changes"]?.array?.first?.array, change.first == "status" {
            let old = change[1].string ?? "", new = change[2].string ?? ""
            guard states[subject, default: ""] == old, transitions.contains([old, new]) else {
                throw Violation(
                    description: "\(subject) went \(old) → \(new) while it was \(states[subject] ?? "nothing")")
            }
            states[subject] = new
            try checkTime(subject, new, at, facts)
        }
        if activity.tags.contains(.decision) {
            let controllers = Set((facts["controllers"]?.array ?? []).compactMap(\.string))
            let parties = Set(facts["parties"]?.object?.names ?? []).union(self.parties[subject] ?? [])
            guard !controllers.isEmpty, controllers.isDisjoint(with: parties) else {
                throw Violation(description: "a party decided \(subject)")
            }
        }
        if facts["execution"] != nil { count(facts) }
    }

    /// Executions by the id of their target, given as `kind/id`.
    private mutating func count(_ facts: JSONObject) {
        for target in (facts["entities"]?.array ?? []).compactMap(\.string) {
            executions[String(target.split(separator: "/").last ?? ""), default: 0] += 1
        }
    }

    private mutating func checkTime(_ subject: String, _ new: String, _ at: Instant, _ facts: JSONObject) throws {
        switch new {
        case "needsApproval":
            parties[subject] = Set(facts["parties"]?.object?.names ?? [])
            deadlines[subject] = try Instant(facts["expirationDateTime"]?.string ?? "")
        case "expired":
            guard let deadline = deadlines[subject], at >= deadline else {
                throw Violation(description: "\(subject) expired early at \(at)")
            }
        default:
            guard let deadline = deadlines[subject], at < deadline else {
                throw Violation(description: "\(subject) became \(new) late at \(at)")
            }
        }
    }
}
