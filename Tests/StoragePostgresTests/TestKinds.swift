import EDM
import JSON

@testable import Storage

struct Part: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true
    let name = Property<String?>("name")
    let size = Property<Int64?>("size")
}

/// A document with a property of every comparable type, of which some are columns.
struct Widget: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true
    static let kind = Kind<Widget>(
        "widget", columns: ["status", "created", "owner/name", "count", "flag"],
        orderings: [["created"], ["status", "created"]],
        indexes: [
            Index("group", guarded: true) { document, _ in document.group.map { [$0] } ?? [] },
            Index("standsOn", guarded: true) { document, _ in document.footings },
            Index("audience", guarded: false) { document, _ in document.audience },
        ])

    let id = Property<String>("id", [.key, .required])
    let status = Property<String?>("status")
    let created = Property<Instant?>("created")
    let count = Property<Int64?>("count")
    let flag = Property<Bool?>("flag")
    let owner = Property<Document<Part>?>("owner")
    let title = Property<String?>("title")
    let seen = Property<Instant?>("seen")
    let level = Property<Int64?>("level")
    let open = Property<Bool?>("open")
    let tags = Property<[String]>("tags")
    let parts = Property<[Document<Part>]>("parts")
    let group = Property<String?>("group")
    let footings = Property<[String]>("footings")
    let audience = Property<[String]>("audience")
}

/// A second kind, whose table's name needs quotes.
struct Order: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let kind = Kind<Order>(
        "order", columns: ["version"],
        indexes: [Index("standsOn", guarded: true) { document, _ in document.footings }])
    let id = Property<String>("id", [.key, .required])
    /// A property with the name of a column that every table has.
    let version = Property<String?>("version")
    let footings = Property<[String]>("footings")
}

struct Audit: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true
    static let kind = Kind<Audit>("directoryAudit", columns: ["activityDateTime"], orderings: [["activityDateTime"]])
    let id = Property<String>("id", [.key, .required])
    let activityDateTime = Property<Instant>("activityDateTime", .required)
}

let testCatalog = Catalog([Widget.kind, Order.kind], events: Audit.kind)
let tenant = "contoso"

func happened(_ facts: JSONObject = [:]) -> Event {
    Event("test.happened", subject: nil, actor: "system", facts: facts, audit: [:])
}

func widget(_ id: String, _ fill: (inout Document<Widget>) -> Void = { _ in }) throws -> Stored<Widget> {
    Stored(
        Widget.kind, id: id,
        try Document<Widget> {
            $0.id = id
            fill(&$0)
        })
}

func order(_ id: String, on footings: [String] = []) throws -> Stored<Order> {
    Stored(
        Order.kind, id: id,
        try Document<Order> {
            $0.id = id
            $0.footings = footings
        })
}

extension Engine {
    /// A unit of work that the test commits itself.
    func unit() async throws -> UnitOfWork {
        UnitOfWork(
            self, catalog: catalog, entropy: SystemEntropy(), tenant: tenant, now: try await now(), settling: [])
    }

    /// The change set of a unit of work.
    func changes(_ body: (inout UnitOfWork) async throws -> Void) async throws -> ChangeSet {
        var unit = try await unit()
        try await body(&unit)
        try unit.record(happened())
        return try unit.changeSet()
    }

    func attempt(_ body: (inout UnitOfWork) async throws -> Void) async throws -> CommitOutcome {
        await commit(try await changes(body))
    }

    var store: Store { Store(self, entropy: SystemEntropy(), settlers: [:]) }

    func put(_ stored: Stored<Widget>...) async throws {
        try await store.decide(in: tenant) { unit in
            for one in stored { try unit.put(one) }
            try unit.record(happened())
        }
    }
}

extension CommitOutcome {
    var conflict: Conflict? { if case .conflict(let conflict) = self { conflict } else { nil } }
    var instant: Instant? { if case .committed(let at) = self { at } else { nil } }
}
