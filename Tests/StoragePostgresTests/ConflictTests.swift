import EDM
import JSON
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct ConflictTests {
        @Test("What was written is read back byte for byte", arguments: modes)
        func roundTrip(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                let written = try widget("w1") {
                    $0.title = "Ünïcode \u{1F600} \"quoted\" \\ back"
                    $0.count = .min
                    $0.group = "g'1"
                }
                try await engine.put(written)
                let row = try #require(try await engine.get(Key("widget", "w1"), tenant: tenant))
                #expect(row.document == written.document.members.bytes)
                let all = try await engine.all(IndexValue("group", "g'1"), tenant: tenant, limit: 10)
                #expect(all.stamp == 1)
                #expect(all.rows == [row])
                #expect(try await engine.get(Key("widget", "w1"), tenant: "fabrikam") == nil)
                #expect(try await engine.get(Key("widget", "w\u{0}1"), tenant: tenant) == nil)
            }
        }

        @Test("A document that has changed since it was read is a conflict on it", arguments: modes)
        func staleVersion(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                try await engine.put(widget("w1"), widget("w2"))
                let write = try await engine.changes { unit in
                    var mine = try #require(try await unit.get(Widget.kind, "w1"))
                    mine.document.title = "mine"
                    try unit.put(mine)
                }
                let read = try await engine.changes { unit in
                    _ = try await unit.get(Widget.kind, "w2")
                    _ = try await unit.get(Widget.kind, "w1")
                    _ = try await unit.get(Order.kind, "none")
                }
                let absence = try await engine.changes { unit in _ = try await unit.get(Widget.kind, "w3") }
                try await engine.put(widget("w3"))
                try await engine.store.decide(in: tenant) { unit in
                    var other = try #require(try await unit.get(Widget.kind, "w1"))
                    other.document.title = "other"
                    try unit.put(other)
                    try unit.record(happened())
                }
                #expect(await engine.commit(write).conflict == .document(Key("widget", "w1")))
                #expect(await engine.commit(read).conflict == .document(Key("widget", "w1")))
                #expect(await engine.commit(absence).conflict == .document(Key("widget", "w3")))
            }
        }

        @Test("Of two commits that delete one document, one wins", arguments: modes)
        func doubleDeletion(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                try await one.put(widget("w1"))
                let deletions = try await [one, two].asyncMap { engine in
                    try await engine.changes { unit in unit.delete(try #require(try await unit.get(Widget.kind, "w1")))
                    }
                }
                async let first = one.commit(deletions[0])
                async let second = two.commit(deletions[1])
                let outcomes = await [first, second]
                #expect(outcomes.compactMap(\.instant).count == 1)
                #expect(outcomes.compactMap(\.conflict) == [.document(Key("widget", "w1"))])
            }
        }

        @Test("A document that exists can't be created", arguments: modes)
        func existingDocument(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                let late = try await engine.changes { try $0.put(widget("w1")) }
                try await engine.put(widget("w1"))
                #expect(await engine.commit(late).conflict == .document(Key("widget", "w1")))
            }
        }

        @Test("A phantom under a guarded value is a conflict on it", arguments: modes)
        func phantom(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                let value = IndexValue("group", "a")
                let late = try await engine.changes { unit in
                    let others = try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, "a")
                    #expect(others.isEmpty)
                    try unit.put(widget("w9") { $0.group = "a" })
                }
                try await engine.put(widget("w1") { $0.group = "a" })
                #expect(await engine.commit(late).conflict == .guarded(value))
                let reader = try await engine.changes { unit in
                    _ = try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, "a")
                }
                try await engine.put(widget("w2") { $0.group = "a" })
                #expect(await engine.commit(reader).conflict == .guarded(value))
                #expect(try await engine.all(value, tenant: tenant, limit: 2).stamp == 2)
                await #expect(throws: StorageError.tooMany(value)) {
                    try await engine.all(value, tenant: tenant, limit: 1)
                }
            }
        }

        @Test("Names are held by one, given back by their holder, and read as they are", arguments: modes)
        func names(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                let (a, b) = (Key("widget", "a"), Key("widget", "b"))
                try await engine.put(widget("a"), widget("b"))
                let late = try await engine.changes { unit in
                    let holder = try await unit.holder(of: "n")
                    #expect(holder == nil)
                    unit.take("n", for: b)
                }
                let onlyRead = try await engine.changes { unit in _ = try await unit.holder(of: "n") }
                #expect(try await engine.attempt { $0.take("n", for: a) }.instant != nil)
                #expect(await engine.commit(late).conflict == .name("n"))
                #expect(await engine.commit(onlyRead).conflict == .name("n"))
                #expect(try await engine.attempt { $0.release("n", from: b) }.conflict == .name("n"))
                let held = try await engine.changes { unit in
                    let holder = try await unit.holder(of: "n")
                    #expect(holder == a)
                }
                #expect(
                    try await engine.attempt { unit in
                        unit.release("n", from: a)
                        unit.take("n", for: b)
                    }.instant != nil)
                #expect(await engine.commit(held).conflict == .name("n"))
                #expect(try await engine.holder(of: "n", tenant: tenant) == b)
                let free = try await engine.changes { unit in _ = try await unit.holder(of: "free") }
                #expect(await engine.commit(free).instant != nil)
                #expect(try await engine.holder(of: "free", tenant: tenant) == nil)
            }
        }

        @Test("A decision outside its window is a conflict", arguments: modes)
        func window(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                let now = try await engine.now()
                #expect(try await engine.attempt { $0.stands(until: now) }.conflict == .window)
                #expect(try await engine.attempt { $0.stands(from: now + .seconds(60)) }.conflict == .window)
                #expect(
                    try await engine.attempt { unit in
                        unit.stands(from: now)
                        unit.stands(until: now + .seconds(60))
                    }.instant != nil)
            }
        }

        @Test("A change set is committed once", arguments: modes)
        func sameChange(mode: String) async throws {
            try await withEngine(mode) { engine, _ in
                try await engine.put(widget("w1"))
                let changes = try await engine.changes { unit in
                    var mine = try #require(try await unit.get(Widget.kind, "w1"))
                    mine.document.title = "mine"
                    try unit.put(mine)
                }
                #expect(await engine.commit(changes).instant != nil)
                #expect(await engine.commit(changes).conflict == .change)
                let refusal = try await engine.changes { _ in }
                #expect(await engine.commit(refusal).instant != nil)
                #expect(await engine.commit(refusal).conflict == .change)
            }
        }

        @Test("A conflict leaves nothing behind", arguments: modes)
        func nothingLeft(mode: String) async throws {
            try await withEngine(mode) { engine, database in
                let late = try await engine.changes { unit in
                    _ = try await unit.get(Widget.kind, "w1")
                    try unit.put(widget("w2") { $0.group = "g" })
                    unit.take("n", for: Key("widget", "w2"))
                }
                try await engine.put(widget("w1"))
                #expect(await engine.commit(late).conflict == .document(Key("widget", "w1")))
                #expect(try await engine.get(Key("widget", "w2"), tenant: tenant) == nil)
                #expect(try TestServer.column("SELECT count(*) FROM names", in: database) == ["0"])
                #expect(try TestServer.column("SELECT count(*) FROM entries", in: database) == ["0"])
                #expect(try TestServer.column("SELECT count(*) FROM conflicts", in: database) == ["0"])
                #expect(try await engine.events(tenant: tenant, from: 0, limit: 10).count == 1)
            }
        }
    }
}

extension Sequence {
    func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
