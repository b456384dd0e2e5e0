internal import EDM
internal import JSON
internal import Storage

/// The answers that every engine must give, found the slow way.
struct Reference: Sendable {
    let things: [OddThing]

    /// The ids that a query finds, by `Filter.matches` and `FieldValue.precedes`.
    func ids(_ query: Query) -> [String] {
        let filter = Filter.and([query.visibility.filter, query.filter])
        return things.filter { filter.matches(.object($0.document.members), entries: $0.entries) }
            .map { (id: $0.id, values: Self.values(of: $0.document.members, query.order)) }
            .sorted { Self.precedes($0.values, $1.values, query.order) }
            .dropFirst(query.skip).prefix(query.limit).map(\.id)
    }

    static func values(of members: JSONObject, _ order: [Query.Order]) -> [FieldValue] {
        order.map { $0.field.value(in: members) }
    }

    private static func precedes(_ one: [FieldValue], _ other: [FieldValue], _ order: [Query.Order]) -> Bool {
        for (index, term) in order.enumerated() where one[index] != other[index] {
            return term.isDescending ? other[index].precedes(one[index]) : one[index].precedes(other[index])
        }
        return false
    }
}
