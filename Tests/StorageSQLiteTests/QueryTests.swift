import EDM
import Foundation
import JSON
import Testing

@testable import Storage
@testable import StorageSQLite

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

@Suite("Questions")
struct QueryTests {
    /// Values that meet each other often, with everything that text can do to SQL.
    private static let texts = [
        "", "a", "ab", "aB", "A", "b", "Ä", "ä", "%", "_", "a%b", "'", "\"", "\\", "ÿ", "\u{10FFFF}", "z\u{D7FF}",
    ]
    private static let fields: [Field] = [
        .id, Field(path: ["title"], type: .text), Field(path: ["remark"], type: .text),
        Field(path: ["size"], type: .integer), Field(path: ["weight"], type: .integer),
        Field(path: ["isOpen"], type: .boolean), Field(path: ["isLate"], type: .boolean),
        Field(path: ["created"], type: .instant), Field(path: ["seen"], type: .instant),
        Field(path: ["owner", "id"], type: .text), Field(path: ["owner", "rank"], type: .integer),
        Field(path: ["nowhere"], type: .text), Field(path: ["owner"], type: .text),
        Field(path: ["title"], type: .integer),
    ]

    private static func value(_ type: FieldType, _ random: inout SeededGenerator) -> FieldValue {
        switch Int.random(in: 0..<12, using: &random) {
        case 0: return .null
        case 1: return .integer(Int64.random(in: -2...2, using: &random))
        case 2: return .text(texts.randomElement(using: &random) ?? "")
        default: break
        }
        switch type {
        case .text: return .text(texts.randomElement(using: &random) ?? "")
        case .integer: return .integer(Int64.random(in: -2...2, using: &random))
        case .boolean: return .boolean(Bool.random(using: &random))
        case .instant: return .instant(Instant(microseconds: Int64.random(in: -2...2, using: &random)))
        }
    }

    private static func filter(
        _ depth: Int, _ fields: [Field], inElement: Bool = false, _ random: inout SeededGenerator
    ) -> Filter {
        let field = fields.randomElement(using: &random) ?? .id
        switch Int.random(in: 0..<(depth > 0 ? 10 : 5), using: &random) {
        case 0, 1:
            let comparisons: [Filter.Comparison] = [.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual]
            return .compare(field, comparisons.randomElement(using: &random) ?? .equal, value(field.type, &random))
        case 2: return .isIn(field, (0..<Int.random(in: 0...3, using: &random)).map { _ in value(field.type, &random) })
        case 3:
            let functions: [Filter.TextFunction] = [.startsWith, .endsWith, .contains]
            return .text(
                functions.randomElement(using: &random) ?? .contains, field, texts.randomElement(using: &random) ?? "",
                ignoringCase: Bool.random(using: &random))
        case 4:
            return Bool.random(using: &random)
                ? .entry(
                    index: "ticket.audience", values: (0..<2).map { _ in texts.randomElement(using: &random) ?? "" })
                : .constant(Bool.random(using: &random))
        case 5: return .not(filter(depth - 1, fields, inElement: inElement, &random))
        case 6, 7:
            let parts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                filter(depth - 1, fields, inElement: inElement, &random)
            }
            return Bool.random(using: &random) ? .and(parts) : .or(parts)
        default:
            let element: [Field] = [
                Field(path: [], type: .text), Field(path: ["name"], type: .text), Field(path: ["at"], type: .instant),
                Field(path: [], type: .integer),
            ]
            let paths = inElement ? [["notes"], ["name"]] : [["tags"], ["steps"], ["owner"], ["title"], ["nowhere"]]
            let path = paths.randomElement(using: &random) ?? ["tags"]
            return .any(
                path: path,
                Int.random(in: 0..<4, using: &random) == 0 ? nil : filter(depth - 1, element, inElement: true, &random))
        }
    }

    private struct Sample {
        let id: String
        let json: JSONValue
        let entries: Set<IndexValue>
    }

    private func fill(_ engine: SQLiteEngine, _ count: Int, _ random: inout SeededGenerator) async throws -> [Sample] {
        var generator = random
        func maybe<Value>(_ value: @autoclosure () -> Value) -> Value? {
            Int.random(in: 0..<4, using: &generator) == 0 ? nil : value()
        }
        func text() -> String { Self.texts.randomElement(using: &generator) ?? "" }
        func number() -> Int64 { Int64.random(in: -2...2, using: &generator) }
        func list() -> [String] { (0..<Int.random(in: 0...2, using: &generator)).map { _ in text() } }
        var samples: [Sample] = []
        var tickets: [Stored<Ticket>] = []
        for index in 0..<count {
            let id = index < Self.texts.count && !Self.texts[index].isEmpty ? Self.texts[index] : "id\(index)"
            let document = try Document<Ticket> {
                $0.id = id
                $0.title = maybe(text())
                $0.remark = maybe(text())
                $0.size = maybe(number())
                $0.weight = maybe(number())
                $0.isOpen = maybe(Bool.random(using: &generator))
                $0.isLate = maybe(Bool.random(using: &generator))
                $0.created = maybe(Instant(microseconds: number()))
                $0.seen = maybe(Instant(microseconds: number()))
                $0.owner = maybe(()).flatMap {
                    try? Document {
                        $0.id = maybe(text()); $0.rank = maybe(number())
                    }
                }
                $0.tags = list()
                $0.steps = (0..<Int.random(in: 0...2, using: &generator)).compactMap { _ in
                    try? Document {
                        $0.name = maybe(text()); $0.at = maybe(Instant(microseconds: number())); $0.notes = list()
                    }
                }
            }
            tickets.append(Stored(Ticket.kind, id: id, document))
            samples.append(
                Sample(
                    id: id, json: .object(document.members),
                    entries: try Ticket.kind.entries(document: document.members, internals: JSONObject())))
        }
        random = generator
        for start in stride(from: 0, to: tickets.count, by: 200) {
            let some = tickets[start..<min(start + 200, tickets.count)]
            try await House.store(engine).decide(in: House.tenant) { unit in
                for ticket in some { try unit.put(ticket) }
                try unit.record(House.event)
            }
        }
        return samples
    }

    private static func precedes(_ a: Sample, _ b: Sample, _ order: [Query.Order]) -> Bool {
        for term in order {
            func value(_ sample: Sample) -> FieldValue {
                sample.json[path: term.field.path].map { term.field.value(of: $0) } ?? .null
            }
            let (one, other) = (value(a), value(b))
            if one.precedes(other) { return !term.isDescending }
            if other.precedes(one) { return term.isDescending }
        }
        return false
    }

    private func expected(_ query: Query, _ samples: [Sample]) -> [Sample] {
        samples.filter {
            query.visibility.filter.matches($0.json, entries: $0.entries)
                && query.filter.matches($0.json, entries: $0.entries)
        }.sorted { Self.precedes($0, $1, query.order) }
    }

    @Test("Every filter, visibility, order and page selects what the reference says", arguments: [1, 2, 3] as [UInt64])
    func reference(seed: UInt64) async throws {
        var random = SeededGenerator(seed)
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let samples = try await fill(engine, 60, &random)
        for _ in 0..<700 {
            let terms = (0..<Int.random(in: 0...3, using: &random)).map { _ -> Visibility.Term in
                if Bool.random(using: &random) {
                    return .entry(
                        index: "ticket.audience",
                        values: (0..<Int.random(in: 0...2, using: &random)).map { _ in
                            Self.texts.randomElement(using: &random) ?? ""
                        })
                }
                let field = Self.fields[[1, 3, 5, 7, 9].randomElement(using: &random) ?? 1]
                return .column(
                    field, in: (0..<Int.random(in: 0...3, using: &random)).map { _ in Self.value(field.type, &random) })
            }
            let visibilities: [Visibility] = [.all, .all, .none, .union(terms), .union(terms), .union(terms)]
            let visibility = visibilities.randomElement(using: &random) ?? .all
            let order = (0..<Int.random(in: 0...2, using: &random)).map { _ in
                Query.Order(
                    Self.fields.dropLast(3).randomElement(using: &random) ?? .id,
                    descending: Bool.random(using: &random))
            }
            var query = Query(
                Ticket.kind, tenant: House.tenant, visibility: visibility,
                filter: Self.filter(3, Self.fields, &random), order: order)
            let all = expected(query, samples).map(\.id)
            #expect(try await engine.ids(query).elementsEqual(all, by: { $0.isExactly($1) }), "\(query)")
            #expect(try await engine.count(query) == all.count, "\(query)")
            query.skip = Int.random(in: 0...3, using: &random)
            query.limit = Int.random(in: 1...5, using: &random)
            let page = all.dropFirst(query.skip).prefix(query.limit)
            #expect(try await engine.ids(query).elementsEqual(page, by: { $0.isExactly($1) }), "\(query)")

            // Whichever way it takes to entries.
            for access in EntryAccess.allCases {
                let ids = try engine.read { connection in
                    let sql = try QuerySQL.rows(query, engine.tables.kinds[0]) { _, _, _, _ in access }.sql
                    return try connection.rows(sql.text, sql.bindings) { $0.text(0) }
                }
                #expect(ids.elementsEqual(page, by: { $0.isExactly($1) }), "\(access): \(query)")
            }

            // Page by page, each after the last row of the one before.
            var paged: [String] = []
            var after: [FieldValue]?
            while paged.count < all.count {
                let next = Query(
                    Ticket.kind, tenant: House.tenant, visibility: visibility, filter: query.filter, order: order,
                    after: after, limit: 7)
                let rows = try await engine.read(next)
                guard let last = rows.last else { break }
                paged += rows.map(\.id)
                let json = try JSONReader.read(last.document)
                after = next.order.map { term in json[path: term.field.path].map { term.field.value(of: $0) } ?? .null }
            }
            #expect(paged.elementsEqual(all, by: { $0.isExactly($1) }), "paged \(query)")
        }
        await engine.close()
    }

    // MARK: Plans

    private func plan(_ query: Query, _ engine: SQLiteEngine) throws -> [String] {
        try engine.read { connection in
            let sql = try QuerySQL.rows(
                query, engine.tables.kinds[0], engine.access(query, engine.tables.kinds[0], connection)
            ).sql
            return try connection.rows("EXPLAIN QUERY PLAN " + sql.text, sql.bindings) { $0.text(3) }
        }
    }

    @Test("What is due is a range of the index of times, for every tenant and for one", arguments: [false, true])
    func overdue(ofOneTenant: Bool) async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let steps = try engine.read { connection in
            try engine.tables.kinds.filter { !$0.isEvents }.flatMap { table in
                try connection.rows(
                    "EXPLAIN QUERY PLAN " + SQLiteSession.overdue(in: table, ofOneTenant: ofOneTenant)
                ) { $0.text(3) }
            }
        }
        #expect(!steps.isEmpty)
        #expect(steps.allSatisfy { $0.hasSuffix("settles_at (settles_at<?)") }, "\(steps)")
        await engine.close()
    }

    @Test("Pages in an index's order are ranges of that index, and nothing is sorted but the page")
    func ranges() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let created = Field(path: ["created"], type: .instant)
        let owner = Field(path: ["owner", "id"], type: .text)
        let order = [Query.Order(created, descending: true)]
        var query = Query(Ticket.kind, tenant: "t", visibility: .all, order: order, limit: 20)
        #expect(
            try plan(query, engine) == [
                "SEARCH t USING INDEX ticket: created (tenant=?)", "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY",
            ])
        query = Query(
            Ticket.kind, tenant: "t", visibility: .all, order: order,
            after: [.instant(Instant(microseconds: 5)), .text("x")],
            limit: 20)
        let paged = try plan(query, engine)
        #expect(paged.contains("SEARCH t USING COVERING INDEX ticket: created (tenant=? AND created<?)"), "\(paged)")
        #expect(paged.contains("SEARCH t USING COVERING INDEX ticket: created (tenant=? AND created=?)"), "\(paged)")
        query = Query(
            Ticket.kind, tenant: "t", visibility: .union([.column(owner, in: [.text("a"), .text("b")])]), order: order,
            limit: 20)
        let visible = try plan(query, engine)
        #expect(
            visible.count { $0 == "SEARCH t USING COVERING INDEX ticket: owner_id, created (tenant=? AND owner_id=?)" }
                == 2,
            "\(visible)")
        #expect(visible.count { $0 == "USE TEMP B-TREE FOR ORDER BY" } == 1, "\(visible)")
        await engine.close()
    }

    @Test("A name with a prefix is a range of its index")
    func prefix() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let title = Field(path: ["title"], type: .text)
        let query = Query(
            Ticket.kind, tenant: "t", visibility: .all, filter: .text(.startsWith, title, "ab", ignoringCase: false),
            order: [Query.Order(title)], limit: 20)
        #expect(try plan(query, engine) == ["SEARCH t USING INDEX ticket: title (tenant=? AND title>? AND title<?)"])
        await engine.close()
    }

    @Test("A question that no index leads to is asked on a scan lane, with a deadline that names the way out")
    func deadline() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let table = engine.tables.kinds[0]
        func lane(_ query: QuerySQL) throws -> QueryPlans.Lane {
            try engine.read { try QueryPlans().lane(of: query, $0) }
        }
        func query(_ filter: Filter, order: [Query.Order] = [], limit: Int = 20) -> Query {
            Query(Ticket.kind, tenant: House.tenant, visibility: .all, filter: filter, order: order, limit: limit)
        }
        let (title, remark) = (Field(path: ["title"], type: .text), Field(path: ["remark"], type: .text))
        func rows(_ query: Query) throws -> QuerySQL { try QuerySQL.rows(query, table) { _, _, _, _ in .lookUp } }
        #expect(try lane(rows(query(.constant(true), order: [Query.Order(title)]))) == .here)
        #expect(try lane(rows(query(.compare(title, .equal, .text("a"))))) == .here)
        #expect(try lane(rows(query(.compare(.id, .equal, .text("a"))))) == .here)
        #expect(try lane(rows(query(.constant(true), order: [Query.Order(remark)]))) == .scan)
        #expect(try lane(rows(query(.compare(remark, .equal, .text("a")), limit: .max))) == .scan)
        #expect(try lane(QuerySQL.count(query(.compare(remark, .equal, .text("a"))), table)) == .scan)
        #expect(try lane(QuerySQL.count(query(.compare(title, .equal, .text("a"))), table)) == .here)

        let error = await #expect(throws: SQLiteFailure.self) {
            try await engine.scans.run { connection in
                try connection.rows(
                    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"
                ) { $0.integer(0) }
            }
        }
        #expect(error?.isInterrupt == true)
        #expect("\(QueryPlans.tooExpensive(table))".contains("Filter on 'title' or 'created' or 'owner/id' as well."))
        await engine.close()
    }

    @Test("A question that takes too long where it was asked moves to a scan lane, and so does its text from then on")
    func moving() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator)
        let long = String(repeating: "x", count: 20_000)
        try await House.store(engine).decide(in: House.tenant) { unit in
            for number in 0..<180 {
                try unit.put(
                    try House.ticket("t\(number)") {
                        $0.remark = long; $0.created = Instant(microseconds: 0)
                    })
            }
            try unit.record(House.event)
        }
        // Led by an index, and long all the same.
        let needles = (0..<12).map {
            Filter.text(.contains, Field(path: ["remark"], type: .text), "y\($0)", ignoringCase: true)
        }
        let query = Query(
            Ticket.kind, tenant: House.tenant, visibility: .all,
            filter: .and([
                .compare(Field(path: ["created"], type: .instant), .lessOrEqual, .instant(Instant(microseconds: 0))),
                .or(needles),
            ]),
            limit: 20)
        let sql = try QuerySQL.rows(query, engine.tables.kinds[0]) { _, _, _, _ in .lookUp }
        #expect(try engine.read { try engine.plans.lane(of: sql, $0) } == .here)
        #expect(try await engine.ids(query) == [])
        #expect(try engine.read { try engine.plans.lane(of: sql, $0) } == .scan)
        await engine.close()
    }
}
