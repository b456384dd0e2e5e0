import EDM
import JSON
import Testing

@testable import Storage
@testable import StorageSQLite

@Suite("Migrations")
struct MigrationTests {
    private static let owners = Index<Ticket>("ticket.owner", guarded: true) { ticket, _ in
        ticket.owner?.id.map { [$0] } ?? []
    }
    private static let narrow = Catalog(
        [Kind<Ticket>("ticket", columns: ["title"], orderings: [["title"]])], events: Audit.kind)
    private static let wide = Catalog(
        [
            Kind<Ticket>(
                "ticket", columns: ["title", "size", "created"], orderings: [["title"], ["size", "created"]],
                indexes: [owners]), Kind<Audit>("second"),
        ], events: Audit.kind)

    private func fill(_ engine: SQLiteEngine, _ id: String, size: Int64) async throws {
        let kind = try #require(engine.catalog["ticket"] as? Kind<Ticket>)
        let document = try Document<Ticket> {
            $0.id = id
            $0.size = size
            $0.created = Instant(microseconds: size)
            $0.owner = try? Document { $0.id = "o\(size)" }
        }
        try await House.store(engine).decide(in: House.tenant) { unit in
            try unit.put(Stored(kind, id: id, document))
            try unit.record(House.event)
        }
    }

    private func open(_ path: String, _ catalog: Catalog) throws -> SQLiteEngine {
        try SQLiteEngine.open(.file(path), catalog: catalog, stamp: .production)
    }

    @Test("New columns, orderings, indexes and kinds are added, and computed for what is already there")
    func additions() async throws {
        let path = House.path()
        let first = try open(path, Self.narrow)
        for number in 1...700 { try await fill(first, "t\(number)", size: Int64(number)) }
        await first.close()

        let second = try open(path, Self.wide)
        let rows = try await second.rawRows(kind: "ticket", tenant: House.tenant, after: "t69", limit: 2)
        #expect(rows.map(\.row.key.id) == ["t690", "t691"])
        #expect(
            rows.map(\.columns) == [[.null, .integer(690), .integer(690)], [.null, .integer(691), .integer(691)]])
        #expect(rows.map(\.entries) == [[IndexValue("ticket.owner", "o690")], [IndexValue("ticket.owner", "o691")]])
        #expect(
            try await second.all(IndexValue("ticket.owner", "o7"), tenant: House.tenant, limit: 9).rows.map(\.key.id)
                == ["t7"])
        #expect(try await second.get(Key("second", "x"), tenant: House.tenant) == nil)
        await second.close()
    }

    @Test("What a release before has neglected is computed again by the release after it")
    func backAndForth() async throws {
        let path = House.path()
        let new = try open(path, Self.wide)
        try await fill(new, "a", size: 1)
        await new.close()
        let old = try open(path, Self.narrow)
        let kind = try #require(old.catalog["ticket"] as? Kind<Ticket>)
        try await House.store(old).decide(in: House.tenant) { unit in
            guard var ticket = try await unit.get(kind, "a") else { return }
            ticket.document.size = 2
            ticket.document.owner = try Document { $0.id = "other" }
            try unit.put(ticket)
            try unit.record(House.event)
        }
        await old.close()
        let again = try open(path, Self.wide)
        let rows = try await again.rawRows(kind: "ticket", tenant: House.tenant, after: nil, limit: 2)
        #expect(rows.first?.columns == [.null, .integer(2), .integer(1)])
        #expect(rows.first?.entries == [IndexValue("ticket.owner", "other")])
        await again.close()
    }

    @Test("Opening what is up to date changes nothing")
    func idempotent() async throws {
        let path = House.path()
        try await open(path, Self.wide).close()
        let engine = try open(path, Self.wide)
        let changes = try await engine.perform { try $0.writer.connection.integer("SELECT total_changes()") }
        #expect(changes == 0)
        await engine.close()
    }

    @Test("An inspector refuses a database that a newer build must bring up to date first")
    func inspectingOld() async throws {
        let path = House.path()
        try await open(path, Self.narrow).close()
        #expect(throws: StorageError.self) {
            try SQLiteEngine.open(.file(path), catalog: Self.wide, stamp: .production, access: .inspect)
        }
    }

    @Test("A property may be called like a column of the table's own")
    func reservedNames() async throws {
        let catalog = Catalog(
            [Kind<Odd>("order", columns: ["version", "at"], orderings: [["version"]])], events: Audit.kind)
        let engine = try SQLiteEngine.open(.memory, catalog: catalog, stamp: .emulator)
        let kind = try #require(catalog["order"] as? Kind<Odd>)
        try await House.store(engine).decide(in: House.tenant) { unit in
            try unit.put(
                Stored(
                    kind, id: "a",
                    try Document {
                        $0.id = "a"; $0.version = "2"; $0.at = 5
                    }))
            try unit.record(House.event)
        }
        let filter = Filter.compare(Field(path: ["version"], type: .text), .equal, .text("2"))
        #expect(try await engine.ids(Query(kind, tenant: House.tenant, visibility: .all, filter: filter)) == ["a"])
        await engine.close()
    }

    struct Odd: EntityType {
        static let schema = Self(), properties = reflect(schema)
        let id = Property<String>("id", [.key, .required])
        let version = Property<String?>("version")
        let at = Property<Int64?>("at")
    }
}
