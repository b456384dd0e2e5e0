import EDM
import JSON
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct QueryTests {
        private static let status = Field(path: ["status"], type: .text)
        private static let created = Field(path: ["created"], type: .instant)
        private static let title = Field(path: ["title"], type: .text)

        @Test("Random filters, orders, pages and visibilities answer as the reference semantics do")
        func reference() async throws {
            var random = Random(seed: 7)
            try await withEngine { engine, _ in
                var documents: [Reference] = []
                for start in stride(from: 0, to: 120, by: 20) {
                    let page = try (start..<start + 20).map { try Samples.widget("w\($0)", &random) }
                    try await engine.store.decide(in: tenant) { unit in
                        for one in page { try unit.put(one) }
                        try unit.record(happened())
                    }
                    documents += try page.map { try Reference($0) }
                }
                for round in 0..<400 {
                    let query = Samples.query(&random, documents)
                    let expected = Reference.answer(query, documents)
                    #expect(try await engine.read(query).map(\.id) == expected.page, "round \(round): \(query)")
                    #expect(try await engine.count(query) == expected.count, "round \(round): \(query)")
                }
            }
        }

        @Test("Every page follows the one before, whatever is null", arguments: [false, true])
        func pages(descending: Bool) async throws {
            var random = Random(seed: 11)
            try await withEngine { engine, _ in
                for start in stride(from: 0, to: 60, by: 20) {
                    let page = try (start..<start + 20).map { try Samples.widget("w\($0)", &random) }
                    try await engine.store.decide(in: tenant) { unit in
                        for one in page { try unit.put(one) }
                        try unit.record(happened())
                    }
                }
                for field in [Self.status, Self.created, Self.title] {
                    let order = [Query.Order(field, descending: descending)]
                    let all = try await engine.read(Query(Widget.kind, tenant: tenant, visibility: .all, order: order))
                    var pages: [ReadRow] = []
                    while true {
                        let after = try pages.last.map { row in
                            [field.value(in: try #require(try JSONReader.read(row.document).object)), .text(row.id)]
                        }
                        let next = try await engine.read(
                            Query(
                                Widget.kind, tenant: tenant, visibility: .all, order: order, after: after, limit: 7))
                        if next.isEmpty { break }
                        pages += next
                    }
                    #expect(pages.map(\.id) == all.map(\.id))
                    #expect(pages.count == 60)
                }
            }
        }

        @Test("A text with U+0000, which no document holds, is compared as every engine does")
        func zero() async throws {
            try await withEngine { engine, _ in
                try await engine.put(widget("w1") { $0.status = "a" }, widget("w2") { $0.status = "b" })
                func ids(_ comparison: Filter.Comparison) async throws -> [String] {
                    try await engine.read(
                        Query(
                            Widget.kind, tenant: tenant, visibility: .all,
                            filter: .compare(Self.status, comparison, .text("a\u{0}x")))
                    ).map(\.id)
                }
                #expect(try await ids(.equal) == [])
                #expect(try await ids(.notEqual) == ["w1", "w2"])
                #expect(try await ids(.less) == ["w1"])
                #expect(try await ids(.greaterOrEqual) == ["w2"])
            }
        }

        @Test("What is due comes in the order of its time, across kinds and tenants")
        func overdue() async throws {
            try await withEngine { engine, _ in
                func due(_ id: String, _ microseconds: Int64) throws -> Stored<Widget> {
                    var stored = try widget(id)
                    stored.settlesAt = Instant(microseconds: microseconds)
                    return stored
                }
                #expect(try await engine.nextSettling() == nil)
                try await engine.put(due("late", 30), due("early", 10), widget("never"))
                try await engine.store.decide(in: "fabrikam") { unit in
                    var stored = try order("o1")
                    stored.settlesAt = Instant(microseconds: 20)
                    try unit.put(stored)
                    try unit.record(happened())
                }
                let all = try await engine.overdue(
                    at: Instant(microseconds: 30), tenant: nil, kind: nil, limit: 10)
                #expect(all.map(\.key.id) == ["early", "o1", "late"])
                #expect(all.map(\.tenant) == [tenant, "fabrikam", tenant])
                let some = try await engine.overdue(
                    at: Instant(microseconds: 29), tenant: tenant, kind: "widget", limit: 10)
                #expect(some.map(\.key.id) == ["early"])
                #expect(try await engine.nextSettling() == Instant(microseconds: 10))
            }
        }

        @Test("A page in the order of an index, and an inbox, read ranges of indexes only")
        func plans() async throws {
            try await withEngine { engine, database in
                try TestServer.execute(
                    """
                    INSERT INTO widget (tenant, id, version, document, internals, status, created)
                    SELECT 'contoso', 'w' || n, 'v', '{}', '{}', CASE WHEN n % 10 = 0 THEN 'new' END, n
                    FROM generate_series(1, 20000) AS n
                    """, in: database)
                try TestServer.execute("ANALYZE widget", in: database)
                let created = Query.Order(Self.created, descending: true)
                let newest = Query(
                    Widget.kind, tenant: tenant, visibility: .all, order: [created],
                    after: [.instant(Instant(microseconds: 5000)), .text("w5000")], limit: 20)
                #expect(try await Self.rowsRead(newest, engine) < 200)
                let mine = Query(
                    Widget.kind, tenant: tenant,
                    visibility: .union([
                        .column(Self.status, in: [.text("new"), .text("old")]),
                        .entry(index: "audience", values: ["group:1", "group:2"]),
                    ]), order: [created], limit: 20)
                #expect(try await Self.rowsRead(mine, engine) < 200)
                #expect(
                    Lead(
                        table: engine.schema.tables["widget"] ?? engine.schema.log, query: mine,
                        arms: Arms.of(mine, isPaged: true)
                    ).isIndexed)
            }
        }

        /// How many rows of the table the plan reads, by the server's own account.
        private static func rowsRead(_ query: Query, _ engine: PostgresEngine) async throws -> Int {
            let table = try #require(engine.schema.tables[query.kind.name])
            let statement = PostgresSession.selection(of: query, Arms.of(query, isPaged: true), in: table)
            let explained = Statement(
                "EXPLAIN (ANALYZE, TIMING off, SUMMARY off) " + statement.text, statement.parameters, isKept: false)
            let lines = try await engine.load([explained])[0].rows.map { $0.text(0) }
            let scans = lines.filter { $0.contains("Scan") }
            #expect(!scans.contains { $0.contains("Seq Scan on widget") }, "\(lines.joined(separator: "\n"))")
            return scans.compactMap { line in
                line.firstRange(of: "actual rows=").map { line[$0.upperBound...].prefix { $0.isNumber } }.flatMap {
                    Int($0)
                }
            }.reduce(0, +)
        }
    }
}
