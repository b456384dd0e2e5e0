import EDM
import JSON
import Storage
import StorageContract
import StorageMemory

struct Coin: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let id = Property<String>("id", [.key, .required])
    let name = Property<String?>("name")
    let value = Property<Int64?>("value")
    let minted = Property<Instant?>("minted")
    let owner = Property<Document<CoinOwner>?>("owner")
    let marks = Property<[Document<CoinOwner>]>("marks")

    static let names = Index<Coin>("coin.name", guarded: true) { coin, _ in coin.name.map { [$0] } ?? [] }
    static let colours = Index<Coin>("coin.colour", guarded: false) { _, internals in
        internals["colour"]?.string.map { [$0] } ?? []
    }
    static let kind = Kind<Coin>(
        "coin", columns: ["name", "value", "minted", "owner/name"], orderings: [["name"]], indexes: [names, colours],
        canBeStoodOn: true)
}

struct CoinOwner: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let name = Property<String?>("name")
}

struct CoinEvent: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let id = Property<String>("id", [.key, .required])
    let activityDateTime = Property<Instant>("activityDateTime", .required)
    let result = Property<String?>("result")

    static let kind = Kind<CoinEvent>("coinEvent", columns: ["activityDateTime"])
}

/// A store in memory with a clock that stands still and ids that a seed gives.
struct Bank {
    static let start = Instant(microseconds: 1_795_208_400_000_000)  // 2026-11-20T21:00:00Z
    static let tenant = "t"

    let engine: MemoryEngine
    let store: Store

    init(_ settlers: [String: Store.Settler] = [:], interference: @escaping Interference.Source = { _ in nil }) {
        engine = MemoryEngine(
            catalog: Catalog([Coin.kind], events: CoinEvent.kind), clock: { Self.start }, interference: interference)
        store = Store(engine, entropy: SeededEntropy(seed: 9), settlers: settlers)
    }

    func decide<Result>(_ command: (inout UnitOfWork) async throws -> Result) async throws -> Result {
        try await store.decide(in: Self.tenant, command)
    }
}

extension UnitOfWork {
    mutating func mint(_ id: String, name: String? = nil, value: Int64 = 1, settlesAt: Instant? = nil) throws {
        let document = try Document<Coin> {
            $0.id = id; $0.name = name; $0.value = value
        }
        try put(Stored(Coin.kind, id: id, document, settlesAt: settlesAt))
        try record(.coin("minted"))
    }
}

extension Event {
    static func coin(_ type: String) -> Event {
        Event(type, subject: nil, actor: "system", facts: JSONObject(), audit: JSONObject([("result", .string(type))]))
    }
}

struct Bust: CommittedRefusal, Equatable {
    func event(at now: Instant) -> Event? { .coin("bust") }
}
