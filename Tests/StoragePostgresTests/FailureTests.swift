import EDM
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct FailureTests {
        @Test("A row that another commit holds is a conflict at once", arguments: modes)
        func heldRow(mode: String) async throws {
            try await withEngine(mode) { engine, database in
                try await engine.put(widget("w1"))
                let reader = try await engine.changes { unit in _ = try await unit.get(Widget.kind, "w1") }
                let other = Connection(try Address(TestServer.url(of: database)))
                try other.hold([Statement("SELECT 1 FROM widget WHERE id = 'w1' FOR UPDATE", isKept: false)])
                let began = ContinuousClock.now
                #expect(await engine.commit(reader).conflict == .locked)
                #expect(ContinuousClock.now - began < .seconds(2))
                other.close()
            }
        }

        @Test(
            "A stamp is shared by those who only read it, and one that is being moved is a conflict at once",
            arguments: modes)
        func heldStamp(mode: String) async throws {
            try await withEngine(mode) { engine, database in
                try await engine.put(widget("w1") { $0.group = "moved" })
                // Of one value something was found; the other has no row yet.
                var readers: [ChangeSet] = []
                for _ in 0..<3 {
                    readers.append(
                        try await engine.changes { unit in
                            _ = try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, "moved")
                            _ = try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, "never")
                        })
                }
                let other = Connection(try Address(TestServer.url(of: database)))
                #expect(await engine.commit(readers[0]).instant != nil)
                try other.hold([Statement("SELECT 1 FROM stamps FOR SHARE", isKept: false)])
                let began = ContinuousClock.now
                #expect(await engine.commit(readers[1]).instant != nil)
                other.close()
                let mover = Connection(try Address(TestServer.url(of: database)))
                try mover.hold([Statement("SELECT 1 FROM stamps FOR NO KEY UPDATE", isKept: false)])
                #expect(await engine.commit(readers[2]).conflict == .locked)
                mover.close()
                #expect(ContinuousClock.now - began < .seconds(2))
            }
        }

        @Test(
            "The commit's own error comes after the last statement, belongs to none, and leaves the connection usable")
        func commitsOwnError() async throws {
            try await withDatabase { database in
                try TestServer.execute("CREATE TABLE late (x int UNIQUE DEFERRABLE INITIALLY DEFERRED)", in: database)
                let connection = Connection(try Address(TestServer.url(of: database)))
                let insert = Statement("INSERT INTO late VALUES (1)")
                guard case .failedCommit(let error) = connection.run([insert, insert]) else {
                    Issue.record("the commit succeeded")
                    return
                }
                #expect(error.state == "23505")
                #expect(try connection.run([Statement("SELECT count(*) FROM late")]).get()[0].rows[0].integer(0) == 0)
                connection.close()
            }
        }

        @Test("A statement's error is told with its place, and the rest doesn't happen")
        func statementsError() async throws {
            try await withDatabase { database in
                let connection = Connection(try Address(TestServer.url(of: database)))
                _ = try connection.run([Statement("CREATE TABLE t (x int)")]).get()
                let end = connection.run([
                    Statement("INSERT INTO t VALUES (1)"), Statement("SELECT 1 / 0"),
                    Statement("INSERT INTO t VALUES (2)"),
                ])
                guard case .refused(let error, statement: 1) = end else {
                    Issue.record("\(end)")
                    return
                }
                #expect(error.state == "22012")
                #expect(try connection.run([Statement("SELECT x FROM t")]).get()[0].rows.isEmpty)
                connection.close()
            }
        }

        @Test("Every kind of value arrives as it was bound")
        func parameters() async throws {
            try await withDatabase { database in
                let connection = Connection(try Address(TestServer.url(of: database)))
                let awkward = ["", "a,b", "{}", "NULL", "\"", "\\", " é\n", "'"]
                let reply = try connection.run([
                    Statement("SELECT x FROM unnest($1::text[]) AS x", [.texts(awkward.map { $0 } + [nil])]),
                    Statement("SELECT encode($1::bytea, 'hex')", [.binary([0, 255, 16])]),
                    Statement(
                        "SELECT $1::bigint, $2::text, $3::text", [.integer(.min), .null, .utf8(Array("ü".utf8))]),
                ]).get()
                #expect(reply[0].rows.map { $0[0].map { String(decoding: $0, as: UTF8.self) } } == awkward + [nil])
                #expect(reply[1].rows[0].unhexed(0) == [0, 255, 16])
                #expect(reply[2].rows[0].integer(0) == .min)
                #expect(reply[2].rows[0][1] == nil)
                #expect(reply[2].rows[0].text(2) == "ü")
                connection.close()
            }
        }

        @Test("A server that ends every session doesn't stop a node", arguments: modes)
        func terminatedSessions(mode: String) async throws {
            try await withEngine(mode) { engine, database in
                try await engine.put(widget("w1"))
                for round in 0..<5 {
                    try TestServer.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)' "
                            + "AND pid <> pg_backend_pid()")
                    #expect(try await engine.get(Key("widget", "w1"), tenant: tenant) != nil)
                    try TestServer.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(database)' "
                            + "AND pid <> pg_backend_pid()")
                    try await engine.put(widget("round\(round)"))
                }
            }
        }

        @Test("A query that takes too long names the property that isn't indexed")
        func tooExpensive() async throws {
            try await withEngine { engine, database in
                try await engine.put(widget("w1"))
                let other = Connection(try Address(TestServer.url(of: database)))
                try other.hold([Statement("LOCK TABLE widget IN ACCESS EXCLUSIVE MODE", isKept: false)])
                let query = Query(
                    Widget.kind, tenant: tenant, visibility: .all,
                    filter: .text(.contains, Field(path: ["title"], type: .text), "x", ignoringCase: true))
                await #expect {
                    try await engine.read(query)
                } throws: { error in
                    guard case StorageError.tooExpensive(let text)? = error as? StorageError else { return false }
                    return text.contains("'title'") && text.contains("'created'")
                }
                other.close()
            }
        }

        @Test("After it has been closed, an engine refuses, and closing again does nothing")
        func closed() async throws {
            try await withEngine { engine, _ in
                let changes = try await engine.changes { try $0.put(widget("w1")) }
                await engine.close()
                await engine.close()
                await #expect(throws: StorageError.self) { try await engine.get(Key("widget", "w1"), tenant: tenant) }
                guard case .unavailable = await engine.commit(changes) else {
                    Issue.record("a closed engine committed")
                    return
                }
            }
        }
    }
}
