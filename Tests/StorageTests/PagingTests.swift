import EDM
import JSON
import Storage
import Testing

@Suite("What follows a row in an order")
struct PagingTests {
    private static let fields = [
        Field(path: ["a"], type: .text), Field(path: ["b"], type: .integer), Field(path: ["c"], type: .boolean),
    ]

    /// Every combination of some values, nulls included.
    private static let rows: [JSONObject] = {
        let texts: [JSONValue] = [nil, "", "x", "é", "e\u{301}"], numbers: [JSONValue] = [nil, 0, 7]
        let values = texts.flatMap { a in numbers.flatMap { b in [nil, false, true].map { (a, b, $0 as JSONValue) } } }
        return values.enumerated().map { index, value in
            ["id": .string("\(index)"), "a": value.0, "b": value.1, "c": value.2]
        }
    }()

    @Test("It is every row behind it and no other", arguments: 0..<16)
    func following(_ pattern: Int) {
        let order = Self.fields.enumerated().filter { pattern & 8 == 0 || $0.offset > 0 }.map { index, field in
            Query.Order(field, descending: pattern >> index & 1 == 1)
        }
        let query = Query(Coin.kind, tenant: "t", visibility: .all, order: order)
        let sorted = Self.rows.sorted { precedes($0, $1, query.order) }
        for (index, row) in sorted.enumerated() {
            let after = query.order.map { $0.field.value(in: row) }
            let filter = Query(Coin.kind, tenant: "t", visibility: .all, order: order, after: after).filter
            let rest = sorted.filter { filter.matches(.object($0), entries: []) }
            #expect(rest == Array(sorted.dropFirst(index + 1)), "after \(row.bytes)")
        }
    }

    @Test("The id ends every order, once")
    func order() {
        func paths(_ order: [Query.Order]) -> [[String]] {
            Query(Coin.kind, tenant: "t", visibility: .all, order: order).order.map(\.field.path)
        }
        #expect(paths([]) == [["id"]])
        #expect(paths([Query.Order(Self.fields[0])]) == [["a"], ["id"]])
        #expect(paths([Query.Order(.id, descending: true)]) == [["id"]])
    }

    private func precedes(_ one: JSONObject, _ other: JSONObject, _ order: [Query.Order]) -> Bool {
        for term in order {
            let (a, b) = (term.field.value(in: one), term.field.value(in: other))
            if a != b { return term.isDescending ? b.precedes(a) : a.precedes(b) }
        }
        return false
    }
}
