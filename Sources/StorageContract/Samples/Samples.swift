internal import EDM
internal import Storage

/// The kinds that the checks work with. Some names are words of SQL on purpose.
enum Samples {
    static let catalog = Catalog(
        [accounts, switches, bases, grants, links, requests, operations, things, notes], events: events)

    static let accounts = Kind<Item>("account", columns: ["amount", "group"], orderings: [["group", "amount"]])

    static let groups = Index<Item>("group", guarded: true) { item, _ in item.group.map { [$0] } ?? [] }
    static let switches = Kind<Item>("select", indexes: [groups])

    static let bases = Kind<Item>("base", canBeStoodOn: true)
    static let footings = Index<Item>(UnitOfWork.standsOn, guarded: true) { item, _ in
        item.standsOn.map { UnitOfWork.footing(Key("base", $0)) }
    }
    static let grants = Kind<Item>("grant", columns: ["status"], indexes: [footings])
    /// Shares the index of `grants`.
    static let links = Kind<Item>("link", indexes: [footings])

    /// Holds a name while it is open, and expires.
    static let requests = Kind<Item>("request", columns: ["status", "remark"], orderings: [["status", "remark"]])
    static let operations = Kind<Item>("operation")

    static let notes = Kind<Note>("note")
    static let things = Thing.kind
    static let events = Kind<SampleEvent>(
        "sampleEvent", columns: ["activityDateTime", "activityDisplayName"], orderings: [["activityDateTime"]])
}
