internal import EDM
internal import JSON
internal import Storage

/// One property of every type that can be asked for, once as a column and once in the document only.
struct Thing: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let id = Property<String>("id", [.key, .required])
    let title = Property<String?>("title")
    let code = Property<String?>("code")
    let rank = Property<Int32?>("rank")
    let size = Property<Int64?>("size")
    let weight = Property<Int64?>("weight")
    let isActive = Property<Bool?>("isActive")
    let isSpare = Property<Bool?>("isSpare")
    let dueDateTime = Property<Instant?>("dueDateTime")
    let madeDateTime = Property<Instant?>("madeDateTime")
    let state = Property<ThingState?>("state")
    let mood = Property<ThingState?>("mood")
    let owner = Property<Document<ThingOwner>?>("owner")
    let tags = Property<[String]>("tags")
    let parts = Property<[Document<ThingPart>]>("parts")

    static let byTag = Index<Thing>("thing.tag", guarded: false) { thing, internals in
        thing.tags + (internals["audience"]?.array ?? []).compactMap(\.string)
    }
    static let byState = Index<Thing>("thing.state", guarded: true) { thing, _ in
        thing.state.map { [$0.rawValue] } ?? []
    }

    static let kind = Kind<Thing>(
        "thing",
        columns: ["title", "rank", "weight", "isActive", "dueDateTime", "state", "owner/name", "owner/address/city"],
        orderings: [["title"], ["rank", "title"], ["dueDateTime"], ["state", "rank"], ["owner/name"]],
        indexes: [byTag, byState])
}

enum ThingState: String, EdmEnumeration { case newMade, inUse, wornOut, Broken }

struct ThingOwner: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let name = Property<String?>("name")
    let email = Property<String?>("email")
    let age = Property<Int32?>("age")
    let address = Property<Document<ThingAddress>?>("address")
    let aliases = Property<[String]>("aliases")
}

struct ThingAddress: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let city = Property<String?>("city")
    let zip = Property<String?>("zip")
}

struct ThingPart: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let name = Property<String?>("name")
    let size = Property<Int64?>("size")
    let isSpare = Property<Bool?>("isSpare")
    let madeDateTime = Property<Instant?>("madeDateTime")
    let state = Property<ThingState?>("state")
}
