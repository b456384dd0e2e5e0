internal import EDM
internal import JSON
internal import Storage

/// A refusal that is an outcome.
struct Refused: CommittedRefusal, Hashable {
    let code: String
    /// Whether an equal one is in the log already.
    var isKnown = false

    func event(at now: Instant) -> Event? { isKnown ? nil : .sample("refused.\(code)") }
}

extension Event {
    static func sample(
        _ type: String, _ subject: Key? = nil, facts: JSONObject = JSONObject(), texts: [String: String] = [:]
    ) -> Event {
        Event(
            type, subject: subject, actor: "system", facts: facts, texts: texts,
            audit: JSONObject([("activityDisplayName", .string(type))]))
    }
}

extension UnitOfWork {
    /// Creates an item with an event, without looking whether there is one.
    mutating func add(
        _ kind: Kind<Item>, _ id: String, status: ItemStatus = .open, amount: Int64 = 0, group: String? = nil,
        on bases: [String] = [], deadlines: [Instant] = []
    ) throws {
        let document = try Document<Item> {
            $0.id = id
            $0.status = status
            $0.amount = amount
            $0.group = group
            $0.standsOn = bases
            $0.deadlines = deadlines
        }
        try put(Stored(kind, id: id, document, settlesAt: deadlines.first))
        try record(.sample("\(kind.name).added", Key(kind.name, id)))
    }

    /// Changes an item with an event.
    /// - Throws: `Refused` where there is none.
    @discardableResult
    mutating func change(
        _ kind: Kind<Item>, _ id: String, _ change: (inout Document<Item>) -> Void
    ) async throws -> Stored<Item> {
        guard var item = try await get(kind, id) else { throw Refused(code: "gone") }
        change(&item.document)
        item.settlesAt = item.document.deadlines.first
        try put(item)
        try record(.sample("\(kind.name).changed", item.key))
        return item
    }

    /// Deletes an item, and all that stands on it, with an event.
    /// - Throws: `Refused` where there is none.
    mutating func remove(_ kind: Kind<Item>, _ id: String) async throws {
        guard let item = try await get(kind, id) else { throw Refused(code: "gone") }
        for row in try await standing(on: item.key) {
            let dependent = row.key.kind == Samples.grants.name ? Samples.grants : Samples.links
            if let stored = try await get(dependent, row.key.id) { delete(stored) }
        }
        delete(item)
        try record(.sample("\(kind.name).removed", item.key))
    }
}
