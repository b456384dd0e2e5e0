import EDM
import Testing
import Text

@testable import Storage
@testable import StoragePostgres

@Suite
struct AddressTests {
    @Test("Our own parameters are taken out of the URL")
    func parameters() throws {
        let address = try Address("postgres://u:p@h:5433/db?pool=3&sslmode=require&pooler=transaction")
        #expect(address.conninfo == "postgres://u:p@h:5433/db?sslmode=require")
        #expect(address.connections == 3)
        #expect(!address.keepsStatements)
        let plain = try Address("postgresql:///db")
        #expect(plain.conninfo == "postgresql:///db")
        #expect(plain.connections == 8)
        #expect(plain.keepsStatements)
    }

    @Test(
        "A URL that can't be read is refused without quoting it",
        arguments: [
            "mysql://u:s3cret@h/db", "postgres://u:s3cret@h:port:x/db?sslmode", "postgres://u:s3cret@h/db?pool=0",
            "postgres://u:s3cret@h/db?pooler=session", "postgres://u:s3cret@h/db?nonsense=1",
        ])
    func refused(url: String) throws {
        #expect {
            try Address(url)
        } throws: { error in !"\(error)".contains("s3cret") && error is StorageError }
    }

    @Test("A password isn't in a message, however often the message has it")
    func redaction() throws {
        let address = try Address("postgres://u:s3%20cret@h/db")
        #expect(address.redacted("with s3 cret\nand s3 cret.") == "with *** and ***.")
    }

    @Test("A server that doesn't answer is unavailable, in words without the password")
    func unreachable() async throws {
        await #expect {
            try await PostgresEngine.open(
                url: "postgres://u:s3cret@127.0.0.1:1/db", catalog: testCatalog, stamp: .production)
        } throws: { error in
            guard case StorageError.unavailable(let text)? = error as? StorageError else { return false }
            return text.contains("can't be reached") && !text.contains("s3cret")
        }
    }
}

extension PostgresTests {
    @Suite struct OpeningTests {
        @Test("Two nodes that start at once on an empty database both start")
        func migrationRace() async throws {
            for _ in 0..<5 {
                try await withDatabase { database in
                    async let one = open(database)
                    async let two = open(database)
                    let engines = try await [one, two]
                    try await engines[0].put(widget("w1"))
                    #expect(try await engines[1].get(Key("widget", "w1"), tenant: tenant) != nil)
                    for engine in engines { await engine.close() }
                }
            }
        }

        @Test("A database is opened again with everything in it")
        func reopened() async throws {
            try await withDatabase { database in
                let first = try await open(database)
                try await first.put(widget("w1"))
                await first.close()
                let second = try await open(database, "pooler=transaction")
                #expect(try await second.get(Key("widget", "w1"), tenant: tenant) != nil)
                await second.close()
            }
        }

        @Test("A database that was made for something else isn't opened")
        func otherStamp() async throws {
            try await withEngine(stamp: .demo) { _, database in
                await #expect {
                    try await open(database, stamp: .production)
                } throws: { error in "\(error)".contains("'demo'") && "\(error)".contains("another database") }
            }
        }

        @Test("Beside a server that has a database to itself, another process reads it and changes nothing")
        func inspected() async throws {
            try await withEngine(stamp: .emulator) { server, database in
                try await server.put(widget("w1"))
                let url = try TestServer.url(of: database)
                #expect(try await PostgresEngine.stamp(of: url) == .emulator)
                let reader = try await PostgresEngine.open(
                    url: url, catalog: testCatalog, stamp: .emulator, access: .inspect)
                try await server.setClock(try await server.now() + .days(30))
                let now = try await server.now()
                #expect(try await reader.get(Key("widget", "w1"), tenant: tenant) != nil)
                #expect(try await reader.events(tenant: tenant, from: 0, limit: 9).count == 1)
                // A reading of the clock is good for a moment; one that is made after it has aged sees the new time.
                await reader.close()
                let later = try await PostgresEngine.open(
                    url: url, catalog: testCatalog, stamp: .emulator, access: .inspect)
                #expect(try await later.now() >= now)
                guard case .unavailable(let reason) = try await later.attempt({ try $0.put(widget("w2")) }) else {
                    Issue.record("an inspected database was written")
                    return
                }
                #expect(reason.contains("inspection"))
                #expect(try await server.get(Key("widget", "w2"), tenant: tenant) == nil)
                await later.close()
            }
        }

        @Test("A database that isn't there yet, or isn't this build's, isn't inspected")
        func notInspected() async throws {
            try await withDatabase { database in
                let url = try TestServer.url(of: database)
                #expect(try await PostgresEngine.stamp(of: url) == nil)
                await #expect {
                    try await PostgresEngine.open(url: url, catalog: testCatalog, stamp: .demo, access: .inspect)
                } throws: { error in "\(error)".contains("Start the server once") }
                let old = try await open(database, catalog: Catalog([Order.kind], events: Audit.kind))
                await old.close()
                await #expect {
                    try await PostgresEngine.open(url: url, catalog: testCatalog, stamp: .production, access: .inspect)
                } throws: { error in "\(error)".contains("older release") }
                await #expect {
                    try await PostgresEngine.open(url: url, catalog: testCatalog, stamp: .demo, access: .inspect)
                } throws: { error in "\(error)".contains("made for 'production'") }
            }
        }

        @Test("A newer release's database is opened only where that release says so")
        func newerSchema() async throws {
            try await withDatabase { database in
                await (try open(database)).close()
                try TestServer.execute("UPDATE meta SET value = '9' WHERE name = 'schema'", in: database)
                await (try open(database)).close()
                #expect(try TestServer.column("SELECT value FROM meta WHERE name = 'schema'", in: database) == ["9"])
                try TestServer.execute("UPDATE meta SET value = '2' WHERE name = 'compatibleFrom'", in: database)
                await #expect {
                    try await open(database)
                } throws: { error in "\(error)".contains("newer release") }
            }
        }

        @Test("A server whose transactions are isolated otherwise isn't used")
        func isolation() async throws {
            try await withDatabase { database in
                try TestServer.execute("ALTER DATABASE \(database) SET default_transaction_isolation = 'serializable'")
                await #expect {
                    try await open(database)
                } throws: { error in "\(error)".contains("read committed") }
            }
        }

        @Test("A database in another encoding isn't used")
        func encoding() async throws {
            let name = "countersign_test_latin_" + SystemEntropy().bytes(4).hex
            try TestServer.execute("CREATE DATABASE \(name) ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
            await #expect {
                try await open(name)
            } throws: { error in "\(error)".contains("LATIN1") }
            try TestServer.execute("DROP DATABASE \(name) WITH (FORCE)")
        }

        @Test("A kind's new columns and indexes are computed for the documents that are there")
        func newColumns() async throws {
            let bare = Catalog([Kind<Widget>("widget"), Order.kind], events: Audit.kind)
            try await withDatabase { database in
                let old = try await open(database, catalog: bare)
                let stored = Stored(
                    Kind<Widget>("widget"), id: "w1",
                    try Document<Widget> {
                        $0.id = "w1"
                        $0.status = "new"
                        $0.group = "g"
                    })
                try await old.store.decide(in: tenant) { unit in
                    try unit.put(stored)
                    try unit.record(happened())
                }
                await old.close()
                let new = try await open(database)
                let query = Query(
                    Widget.kind, tenant: tenant, visibility: .all,
                    filter: .compare(Field(path: ["status"], type: .text), .equal, .text("new")))
                #expect(try await new.read(query).map(\.id) == ["w1"])
                #expect(try await new.all(IndexValue("group", "g"), tenant: tenant, limit: 9).rows.count == 1)
                await new.close()
            }
        }

        @Test("An emulator's clock moves forward, keeps running across restarts, and returns with a reset")
        func clock() async throws {
            try await withEngine(stamp: .emulator) { engine, database in
                let real = try await engine.now()
                try await engine.setClock(real + .days(30))
                let moved = try await engine.now()
                #expect(moved >= real + .days(30))
                try await engine.setClock(real)
                #expect(try await engine.now() >= moved)
                #expect(try await engine.attempt { $0.stands(until: real + .days(1)) }.conflict == .window)
                await engine.close()
                let again = try await open(database, stamp: .emulator)
                #expect(try await again.now() >= moved)
                try await again.put(widget("w1") { $0.group = "g" })
                try await again.reset(keeping: ["order"])
                #expect(try await again.now() < real + .days(1))
                #expect(try await again.get(Key("widget", "w1"), tenant: tenant) == nil)
                #expect(try await again.events(tenant: tenant, from: 0, limit: 9).isEmpty)
                #expect(try await again.all(IndexValue("group", "g"), tenant: tenant, limit: 9).stamp == 2)
                try await again.put(widget("w1"))
                #expect(try await again.events(tenant: tenant, from: 0, limit: 9).map(\.position) == [0])
                await again.close()
            }
        }

        @Test("The store's clock never runs backwards, and has passed what a commit has said")
        func monotonic() async throws {
            try await withEngine { engine, _ in
                var last = try await engine.now()
                for round in 0..<20 {
                    let at = try #require(try await engine.attempt { try $0.put(widget("w\(round)")) }.instant)
                    let now = try await engine.now()
                    #expect(last <= at)
                    #expect(at <= now)
                    last = now
                }
            }
        }
    }
}
