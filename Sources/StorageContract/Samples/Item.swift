internal import EDM
internal import JSON
internal import Storage

/// The document of most sample kinds: something that stands somewhere and belongs to something.
struct Item: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let id = Property<String>("id", [.key, .required])
    let status = Property<ItemStatus>("status", .required)
    let amount = Property<Int64>("amount", .required)
    let group = Property<String?>("group")
    let standsOn = Property<[String]>("standsOn")
    let remark = Property<String?>("remark")
    /// Deadlines that are still to come, the next one first.
    let deadlines = Property<[Instant]>("deadlines")
}

enum ItemStatus: String, EdmEnumeration { case open, on, off, attempting, completed, expired, ended }

/// An open type: members that it doesn't declare are kept as they are.
struct Note: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true

    let id = Property<String>("id", [.key, .required])
    let text = Property<String?>("text")
}

/// The log as people read it.
struct SampleEvent: EntityType {
    static let schema = Self(), properties = reflect(schema)

    let id = Property<String>("id", [.key, .required])
    let activityDateTime = Property<Instant>("activityDateTime", .required)
    let activityDisplayName = Property<String?>("activityDisplayName")
    let category = Property<String?>("category")
}
