import EDM
import JSON

@testable import Storage

/// Randomness that a failing test repeats.
struct Random: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Documents and queries over them in which every shape meets null.
enum Samples {
    static let texts = ["", "a", "A", "ab", "aB", "Zz", "é", "ä\u{10FFFF}", "10", "9", "%_", "\\", "x'y"]
    static let instants = (0..<5).map { Instant(microseconds: 1_790_000_000_000_000 + $0 * 1_500_000) }
    static let fields: [Field] = [
        Field(path: ["id"], type: .text), Field(path: ["status"], type: .text), Field(path: ["title"], type: .text),
        Field(path: ["created"], type: .instant), Field(path: ["seen"], type: .instant),
        Field(path: ["count"], type: .integer), Field(path: ["level"], type: .integer),
        Field(path: ["flag"], type: .boolean), Field(path: ["open"], type: .boolean),
        Field(path: ["owner", "name"], type: .text), Field(path: ["owner", "size"], type: .integer),
        Field(path: ["loose"], type: .integer), Field(path: ["loose"], type: .text),
    ]

    static func widget(_ id: String, _ random: inout Random) throws -> Stored<Widget> {
        func maybe<Value>(_ value: Value) -> Value? { Bool.random(using: &random) ? value : nil }
        let part = { (random: inout Random) in
            try Document<Part> {
                $0.name = texts.randomElement(using: &random)
                $0.size = Int64.random(in: -2...2, using: &random)
            }
        }
        let owner = try part(&random)
        let parts = try (0..<Int.random(in: 0...3, using: &random)).map { _ in try part(&random) }
        let loose: [JSONValue] = ["1", 1, 2, nil, true, .array([]), .object([:])]
        var document = try Document<Widget> {
            $0.id = id
            $0.status = maybe(texts.randomElement(using: &random)) ?? nil
            $0.title = maybe(texts.randomElement(using: &random)) ?? nil
            $0.created = maybe(instants.randomElement(using: &random)) ?? nil
            $0.seen = maybe(instants.randomElement(using: &random)) ?? nil
            $0.count = maybe([.min, -1, 0, 1, .max].randomElement(using: &random)) ?? nil
            $0.level = maybe([.min, -1, 0, 1, .max].randomElement(using: &random)) ?? nil
            $0.flag = maybe(Bool.random(using: &random))
            $0.open = maybe(Bool.random(using: &random))
            $0.owner = maybe(owner)
            $0.parts = parts
            $0.tags = (0..<Int.random(in: 0...3, using: &random)).compactMap { _ in texts.randomElement(using: &random)
            }
            $0.audience = ["u1", "u2", "u3"].filter { _ in Bool.random(using: &random) }
        }
        if Bool.random(using: &random) { document[open: "loose"] = loose.randomElement(using: &random) }
        return Stored(Widget.kind, id: id, document)
    }

    // MARK: Queries

    static func value(for type: FieldType, _ random: inout Random) -> FieldValue {
        guard Int.random(in: 0..<6, using: &random) > 0 else { return .null }
        // Sometimes a value of another type.
        let all: [FieldType] = [.text, .integer, .boolean, .instant]
        let kind = Int.random(in: 0..<12, using: &random) == 0 ? all.randomElement(using: &random) ?? type : type
        return switch kind {
        case .text: .text(texts.randomElement(using: &random) ?? "")
        case .integer: .integer([.min, -1, 0, 1, 2, .max].randomElement(using: &random) ?? 0)
        case .boolean: .boolean(Bool.random(using: &random))
        case .instant: .instant(instants.randomElement(using: &random) ?? Instant(microseconds: 0))
        }
    }

    static func filter(_ random: inout Random, depth: Int = 3, fields: [Field] = fields, inElement: Bool = false)
        -> Filter
    {
        let field = fields.randomElement(using: &random) ?? .id
        switch Int.random(in: depth > 0 ? 0..<12 : 0..<6, using: &random) {
        case 0, 1, 2:
            let comparisons: [Filter.Comparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
            let comparison = comparisons.randomElement(using: &random) ?? .equal
            return .compare(field, comparison, value(for: field.type, &random))
        case 3:
            let count = Int.random(in: 0...3, using: &random)
            return .isIn(field, (0..<count).map { _ in value(for: field.type, &random) })
        case 4:
            let functions: [Filter.TextFunction] = [.startsWith, .endsWith, .contains]
            return .text(
                functions.randomElement(using: &random) ?? .contains, field, texts.randomElement(using: &random) ?? "",
                ignoringCase: Bool.random(using: &random))
        case 5: return inElement ? .constant(Bool.random(using: &random)) : entry(&random)
        case 6, 7:
            return .and((0...2).map { _ in filter(&random, depth: depth - 1, fields: fields, inElement: inElement) })
        case 8, 9:
            return .or((0...2).map { _ in filter(&random, depth: depth - 1, fields: fields, inElement: inElement) })
        case 10: return .not(filter(&random, depth: depth - 1, fields: fields, inElement: inElement))
        default: return any(&random, depth: depth - 1)
        }
    }

    private static func entry(_ random: inout Random) -> Filter {
        .entry(index: "audience", values: ["u1", "u2", "u3", "u4"].filter { _ in Bool.random(using: &random) })
    }

    private static func any(_ random: inout Random, depth: Int) -> Filter {
        if Bool.random(using: &random) {
            let inner = filter(&random, depth: depth, fields: [Field(path: [], type: .text)], inElement: true)
            return .any(path: ["tags"], Bool.random(using: &random) ? inner : nil)
        }
        let fields = [Field(path: ["name"], type: .text), Field(path: ["size"], type: .integer)]
        return .any(path: ["parts"], filter(&random, depth: depth, fields: fields, inElement: true))
    }

    static func query(_ random: inout Random, _ documents: [Reference]) -> Query {
        let order = (0..<Int.random(in: 0...2, using: &random)).compactMap { _ in
            fields.randomElement(using: &random).map { Query.Order($0, descending: Bool.random(using: &random)) }
        }
        let terms: [Visibility.Term] = [
            .column(fields[1], in: [.text("a"), .null]), .entry(index: "audience", values: ["u1", "u2"]),
            .column(fields[5], in: [.integer(1)]),
        ]
        let visibility: Visibility =
            switch Int.random(in: 0..<8, using: &random) {
            case 0: .none
            case 1..<4: .union(terms.filter { _ in Bool.random(using: &random) })
            default: .all
            }
        let isPaged = Bool.random(using: &random)
        let base = Query(
            Widget.kind, tenant: tenant, visibility: visibility, filter: filter(&random), order: order,
            skip: isPaged ? Int.random(in: 0...5, using: &random) : 0,
            limit: isPaged ? Int.random(in: 1...20, using: &random) : .max)
        guard Bool.random(using: &random), let row = documents.randomElement(using: &random) else { return base }
        return Query(
            Widget.kind, tenant: tenant, visibility: visibility, filter: base.filter, order: order,
            after: base.order.map { row.value($0.field) }, skip: base.skip, limit: base.limit)
    }
}

/// A document as the reference semantics see it.
struct Reference {
    let id: String
    let json: JSONValue
    let entries: Set<IndexValue>

    init(_ stored: Stored<Widget>) throws {
        id = stored.id
        json = stored.document.json
        entries = try Widget.kind.entries(document: stored.document.members, internals: JSONObject())
    }

    func value(_ field: Field) -> FieldValue { json[path: field.path].map { field.value(of: $0) } ?? .null }

    static func answer(_ query: Query, _ documents: [Reference]) -> (page: [String], count: Int) {
        let found = documents.filter {
            query.visibility.filter.matches($0.json, entries: $0.entries)
                && query.filter.matches($0.json, entries: $0.entries)
        }
        let sorted = found.sorted { a, b in
            for order in query.order {
                let (first, second) = (a.value(order.field), b.value(order.field))
                if first == second { continue }
                return order.isDescending ? second.precedes(first) : first.precedes(second)
            }
            return false
        }
        let page = sorted.dropFirst(query.skip)
        return ((query.limit == .max ? page : page.prefix(query.limit)).map(\.id), found.count)
    }
}
