import EDM
import JSON
import Storage
import Testing

@Suite("Filters in two-valued logic")
struct FilterTests {
    private static let name = Field(path: ["name"], type: .text)
    private static let value = Field(path: ["value"], type: .integer)
    private static let document: JSONValue = [
        "name": "Ünï_%x", "value": 5, "nothing": nil, "tags": ["a", "B"], "none": [], "parts": [["n": 1], ["n": 2]],
    ]

    private static let missing = Field(path: ["missing"], type: .text)
    private static let inner = Field(path: ["n"], type: .integer)

    @Test(
        "A condition holds or doesn't, and its negation is the other",
        arguments: [
            (Filter.compare(name, .equal, .text("Ünï_%x")), true), (.compare(name, .equal, .text("ünï_%x")), false),
            (.compare(name, .equal, .text("U\u{308}nï_%x")), false), (.compare(missing, .equal, .null), true),
            (.compare(missing, .notEqual, .null), false), (.compare(missing, .notEqual, .text("x")), true),
            (.compare(missing, .less, .text("x")), false), (.compare(missing, .greaterOrEqual, .null), false),
            (.compare(value, .lessOrEqual, .integer(5)), true), (.compare(value, .less, .integer(5)), false),
            (.compare(value, .greater, .integer(4)), true), (.compare(value, .greater, .null), false),
            (.isIn(value, [.integer(1), .integer(5)]), true), (.isIn(value, []), false),
            (.isIn(missing, [.null]), true),
            (.text(.startsWith, name, "ÜN", ignoringCase: true), true),
            (.text(.startsWith, name, "ün", ignoringCase: true), false),
            (.text(.contains, name, "_%", ignoringCase: false), true),
            (.text(.contains, name, "", ignoringCase: false), true),
            (.text(.endsWith, name, "%X", ignoringCase: true), true),
            (.text(.contains, missing, "", ignoringCase: false), false),
            (.any(path: ["tags"], .compare(Field(path: [], type: .text), .equal, .text("B"))), true),
            (.any(path: ["tags"], nil), true), (.any(path: ["none"], nil), false),
            (.any(path: ["missing"], nil), false),
            (
                .any(
                    path: ["parts"],
                    .and([.compare(inner, .greater, .integer(1)), .compare(inner, .less, .integer(2))])), false
            ),
            (.any(path: ["parts"], .compare(inner, .greater, .integer(1))), true),
            (.entry(index: "i", values: ["x", "é"]), true), (.entry(index: "i", values: ["e\u{301}"]), false),
            (.entry(index: "j", values: ["é"]), false), (.entry(index: "i", values: []), false),
            (.and([]), true), (.or([]), false), (.constant(true), true),
        ] as [(Filter, Bool)])
    func condition(_ filter: Filter, _ holds: Bool) {
        let entries: Set = [IndexValue("i", "é")]
        #expect(filter.matches(Self.document, entries: entries) == holds)
        #expect(Filter.not(filter).matches(Self.document, entries: entries) == !holds)
    }

    @Test("Values of one type have one strict order, null first")
    func order() {
        let values: [[FieldValue]] = [
            [
                .null, .text(""), .text("A"), .text("a"), .text("e\u{301}"), .text("é"), .text("\u{FFFF}"),
                .text("\u{10000}"),
            ],
            [.null, .integer(.min), .integer(-1), .integer(0), .integer(.max)],
            [.null, .boolean(false), .boolean(true)],
            [.null, .instant(Instant(microseconds: -1)), .instant(Instant(microseconds: 0))],
        ]
        for values in values {
            for (i, a) in values.enumerated() {
                for (j, b) in values.enumerated() {
                    #expect(a.precedes(b) == (i < j), "\(a) before \(b)")
                    #expect((a == b) == (i == j))
                }
            }
        }
    }

    @Test("A visibility is a filter")
    func visibility() {
        let terms: [Visibility.Term] = [
            .column(Self.value, in: [.integer(5)]), .entry(index: "i", values: ["nobody"]),
        ]
        #expect(Visibility.union(terms).filter.matches(Self.document, entries: []))
        #expect(!Visibility.union(Array(terms.dropFirst())).filter.matches(Self.document, entries: []))
        #expect(!Visibility.union([]).filter.matches(Self.document, entries: []))
        #expect(!Visibility.none.filter.matches(Self.document, entries: []))
        #expect(Visibility.all.filter.matches(Self.document, entries: []))
    }
}
