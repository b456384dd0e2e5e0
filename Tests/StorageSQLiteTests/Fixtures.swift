import EDM
import Foundation
import JSON

@testable import Storage
@testable import StorageSQLite

struct Owner: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let id = Property<String?>("id")
    let rank = Property<Int64?>("rank")
}

struct Step: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let name = Property<String?>("name")
    let at = Property<Instant?>("at")
    let notes = Property<[String]>("notes")
}

/// A kind with everything that a query can ask: columns and properties that are none, of every type.
struct Ticket: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let id = Property<String>("id", [.key, .required])
    let title = Property<String?>("title")
    let remark = Property<String?>("remark")
    let size = Property<Int64?>("size")
    let weight = Property<Int64?>("weight")
    let isOpen = Property<Bool?>("isOpen")
    let isLate = Property<Bool?>("isLate")
    let created = Property<Instant?>("created")
    let seen = Property<Instant?>("seen")
    let owner = Property<Document<Owner>?>("owner")
    let tags = Property<[String]>("tags")
    let steps = Property<[Document<Step>]>("steps")

    static let audience = Index<Ticket>("ticket.audience", guarded: false) { ticket, _ in ticket.tags }
    static let owners = Index<Ticket>("ticket.owner", guarded: true) { ticket, _ in ticket.owner?.id.map { [$0] } ?? []
    }
    static let kind = Kind<Ticket>(
        "ticket", columns: ["title", "size", "isOpen", "created", "owner/id"],
        orderings: [["title"], ["created"], ["owner/id", "created"]], indexes: [audience, owners])
}

struct Audit: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true
    let id = Property<String>("id", [.key, .required])
    let activityDateTime = Property<Instant>("activityDateTime", .required)
    static let kind = Kind<Audit>("audit", columns: ["activityDateTime"], orderings: [["activityDateTime"]])
}

enum House {
    static let tenant = "11111111-1111-1111-1111-111111111111"
    static let catalog = Catalog([Ticket.kind], events: Audit.kind)

    /// Where this process's databases are, until it ends.
    private static let root: URL = {
        let root = FileManager.default.temporaryDirectory.appending(path: "countersign-test-\(UUID().uuidString)")
        atexit { try? FileManager.default.removeItem(at: House.root) }
        return root
    }()

    /// A path in a fresh directory of the test's own.
    static func path() -> String {
        let directory = root.appending(path: UUID().uuidString)
        try? FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        return directory.appending(path: "store.db").path
    }

    static func store(_ engine: SQLiteEngine) -> Store { Store(engine, entropy: SystemEntropy(), settlers: [:]) }

    static func ticket(_ id: String, _ fill: (inout Document<Ticket>) -> Void = { _ in }) throws -> Stored<Ticket> {
        Stored(
            Ticket.kind, id: id,
            try Document {
                $0.id = id
                fill(&$0)
            })
    }

    static let event = Event("ticket.written", subject: nil, actor: "system", audit: JSONObject())
}

extension Store {
    /// Puts a new ticket.
    func add(_ id: String, _ fill: (inout Document<Ticket>) -> Void = { _ in }) async throws {
        let ticket = try House.ticket(id, fill)
        try await decide(in: House.tenant) { unit in
            try unit.put(ticket)
            try unit.record(House.event)
        }
    }
}

extension SQLiteEngine {
    func ids(_ query: Query) async throws -> [String] { try await read(query).map(\.id) }
}

/// A change set as a unit of work would make it, for tests that commit by hand.
func change(_ id: String, puts ticket: String, replacing: String? = nil, columns: Int = 5) -> ChangeSet {
    var changes = ChangeSet(id: id, tenant: House.tenant)
    changes.reads.documents[Key("ticket", ticket)] = .some(replacing)
    changes.writes = [
        ChangeSet.Write(
            key: Key("ticket", ticket), replacing: replacing,
            row: ChangeSet.Row(
                document: Array("{\"id\":\"\(ticket)\"}".utf8), internals: Array("{}".utf8), settlesAt: nil,
                columns: Array(repeating: .null, count: columns)), entriesAdded: [], entriesRemoved: [])
    ]
    return changes
}
