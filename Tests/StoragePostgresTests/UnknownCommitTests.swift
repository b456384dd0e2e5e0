import EDM
import Testing

@testable import Storage
@testable import StoragePostgres

#if DEBUG
    extension PostgresTests {
        @Suite struct UnknownCommitTests {
            @Test(
                "A connection cut right after the Sync never makes an answer that contradicts the database",
                arguments: modes)
            func cutAfterSync(mode: String) async throws {
                try await withEngine(mode) { engine, database in
                    var committed = 0
                    for round in 0..<100 {
                        let changes = try await engine.changes { unit in
                            try unit.put(widget("w\(round)"))
                            unit.take("n\(round)", for: Key("widget", "w\(round)"))
                        }
                        engine.cutNextCommit(afterSync: true)
                        let outcome = await engine.commit(changes)
                        let row = try await engine.get(Key("widget", "w\(round)"), tenant: tenant)
                        switch outcome {
                        case .committed:
                            #expect(row?.version == changes.id)
                            committed += 1
                        case .conflict(let conflict):
                            #expect(conflict == .change)
                            #expect(row == nil)
                        default: Issue.record("\(outcome)")
                        }
                    }
                    let counts = try TestServer.column(
                        "SELECT (SELECT count(*) FROM widget) || ' ' || (SELECT count(*) FROM changes WHERE NOT abandoned)",
                        in: database)
                    #expect(counts == ["\(committed) \(committed)"])
                }
            }

            @Test(
                "A connection cut before the Sync changes nothing, and the id can't commit any more", arguments: modes)
            func cutBeforeSync(mode: String) async throws {
                try await withEngine(mode) { engine, _ in
                    for round in 0..<20 {
                        let changes = try await engine.changes { try $0.put(widget("w\(round)")) }
                        engine.cutNextCommit(afterSync: false)
                        #expect(await engine.commit(changes).conflict == .change)
                        #expect(try await engine.get(Key("widget", "w\(round)"), tenant: tenant) == nil)
                        #expect(await engine.commit(changes).conflict == .change)
                    }
                }
            }

            @Test("A decision whose commit was cut is made exactly once")
            func decidedOnce() async throws {
                try await withEngine { engine, _ in
                    try await engine.put(widget("w1") { $0.count = 0 })
                    for round in 1...20 {
                        engine.cutNextCommit(afterSync: round % 2 == 0)
                        try await engine.store.decide(in: tenant) { unit in
                            var counter = try #require(try await unit.get(Widget.kind, "w1"))
                            counter.document.count = (counter.document.count ?? 0) + 1
                            try unit.put(counter)
                            try unit.record(happened())
                        }
                        let row = try #require(try await engine.get(Key("widget", "w1"), tenant: tenant))
                        #expect(try Stored(Widget.kind, row).document.count == Int64(round))
                    }
                }
            }

            @Test("Where the database doesn't come back, nobody is told that it happened or that it didn't")
            func neverAnswered() async throws {
                try await withEngine { engine, database in
                    let changes = try await engine.changes { _ in }
                    try TestServer.execute("DROP DATABASE \(database) WITH (FORCE)")
                    guard case .unknown = await engine.resolve(changes, reason: "test", patience: .milliseconds(400))
                    else {
                        Issue.record("an answer without a database")
                        return
                    }
                }
            }

            @Test("An id that is in flight elsewhere is waited for, not abandoned under its feet")
            func waitsForTheOldSession() async throws {
                try await withEngine { engine, database in
                    let changes = try await engine.changes { _ in }
                    let other = Connection(try Address(TestServer.url(of: database)))
                    try other.hold([
                        Statement(
                            "INSERT INTO changes (tenant, id, at) VALUES ($1, $2, 42)",
                            [.text(tenant), .text(changes.id)])
                    ])
                    async let outcome = engine.resolve(changes, reason: "test")
                    try await Task.sleep(for: .milliseconds(300))
                    _ = other.run([Statement("COMMIT", isKept: false)])
                    #expect(await outcome.instant == Instant(microseconds: 42))
                    other.close()
                }
            }
        }
    }
#endif
