internal import EDM
internal import JSON
internal import Storage

/// A document with what a table's row would hold beside it.
struct MemoryDocument: Sendable {
    let row: StoredRow
    /// The document, read once.
    let json: JSONValue
    let columns: [SQLValue]
    var entries: Set<IndexValue>

    init(_ key: Key, version: String, _ row: ChangeSet.Row, entries: Set<IndexValue>) {
        self.row = StoredRow(
            key: key, version: version, document: row.document, internals: row.internals, settlesAt: row.settlesAt)
        json = (try? JSONReader.read(row.document, limits: .stored)) ?? .null
        columns = row.columns
        self.entries = entries
    }
}

/// A unique name, compared as engines compare text.
struct Name: Hashable, Comparable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (lhs: Name, rhs: Name) -> Bool { lhs.text.isExactly(rhs.text) }

    static func < (lhs: Name, rhs: Name) -> Bool { lhs.text.precedesExactly(rhs.text) }

    func hash(into hasher: inout Hasher) { text.hashExactly(into: &hasher) }
}

/// Everything of one tenant.
struct MemoryTenant: Sendable {
    /// By kind.
    private(set) var documents: [String: [Key: MemoryDocument]] = [:]
    /// The documents that change by themselves.
    private(set) var deadlines: [Key: Instant] = [:]
    private(set) var members: [IndexValue: Set<Key>] = [:]
    var stamps: [IndexValue: Int64] = [:]
    var names: [Name: Key] = [:]
    var log: [PositionedEvent] = []
    /// The change sets that are in, with when they were committed.
    var changes: [String: Instant] = [:]

    func document(_ key: Key) -> MemoryDocument? { documents[key.kind]?[key] }

    func rows(under value: IndexValue) -> [StoredRow] {
        (members[value] ?? []).sorted().compactMap { document($0)?.row }
    }

    mutating func put(_ document: MemoryDocument) {
        let key = document.row.key
        remove(key)
        documents[key.kind, default: [:]][key] = document
        deadlines[key] = document.row.settlesAt
        for entry in document.entries { members[entry, default: []].insert(key) }
    }

    mutating func remove(_ key: Key) {
        guard let old = documents[key.kind]?.removeValue(forKey: key) else { return }
        deadlines[key] = nil
        for entry in old.entries { members[entry]?.remove(key) }
    }

    /// Everything as it was saved, but the documents of some kinds as they are.
    mutating func restore(_ saved: MemoryTenant, without kinds: Set<String>, events: String) {
        let kept = self
        reset(keeping: kinds, events: events)
        for (kind, documents) in saved.documents where !kinds.contains(kind) { documents.values.forEach { put($0) } }
        names.merge(saved.names.filter { !kinds.contains($0.value.kind) }) { kept, _ in kept }
        if !kinds.contains(events) { log = saved.log }
        changes = saved.changes
        stamps.merge(saved.stamps.filter { kept.stamps[$0.key] == nil }.mapValues { $0 + 1 }) { now, _ in now }
    }

    /// Deletes all but the documents of some kinds. Stamps go on, so that no unit of work in flight takes what is left
    /// for what it read.
    mutating func reset(keeping kinds: Set<String>, events: String) {
        for (kind, documents) in documents where !kinds.contains(kind) { documents.keys.forEach { remove($0) } }
        names = names.filter { kinds.contains($0.value.kind) }
        if !kinds.contains(events) { log = [] }
        changes = [:]
        stamps = stamps.mapValues { $0 + 1 }
    }
}
