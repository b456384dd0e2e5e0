package import EDM
package import JSON

/// All that a command can do: look in three ways, each remembered and checked at the commit, and say what shall be.
///
/// A command takes the unit, reads its own pending writes, and never commits; `Store.decide` does. It may run twice, so it
/// must be a function of what it reads and never touch the outside.
package struct UnitOfWork: ~Copyable {
    /// The store's clock when this run began.
    package let now: Instant
    package let tenant: String
    private let reading: any Reading
    private let catalog: Catalog
    private let entropy: any Entropy
    private var changes: ChangeSet
    private var rows: [Key: StoredRow?] = [:]
    /// Rows as documents, each decoded once: what is put again has its old entries from here.
    private var documents: [Key: any Sendable] = [:]
    /// What was found under values of guarded indexes: the commit finds out whether that still is all.
    private var members: [IndexValue: [StoredRow]] = [:]
    /// What was looked up before it was asked for. It isn't remembered until it is.
    private var findings = Findings()
    private let decoded: DecodedDocuments
    private var pending: [Key: Pending] = [:]
    private var askedWhatStands: Set<Key> = []
    private var deliveries: Int64 = 0
    /// Documents whose own settling this unit is: meeting one isn't a reason to settle first. nil: none is, because what
    /// time has done to a document doesn't matter here.
    private let settling: Set<Key>?

    private struct Pending {
        var kind: any AnyKind
        var row: StoredRow?
        /// The row's document, which columns are computed from.
        var document = JSONObject()
        var entries: Set<IndexValue> = []
        /// Of the row that it replaces.
        var oldEntries: Set<IndexValue>
    }

    /// A document, or a name's holder, whose time has come: it settles first, and the command starts again.
    struct Unsettled: Error {
        let key: Key
    }

    init(
        _ reading: any Reading, catalog: Catalog, entropy: any Entropy,
        decoded: DecodedDocuments = DecodedDocuments(), tenant: String, now: Instant, settling: Set<Key>?
    ) {
        self.reading = reading
        self.catalog = catalog
        self.entropy = entropy
        self.decoded = decoded
        self.tenant = tenant
        self.now = now
        self.settling = settling
        changes = ChangeSet(id: UUIDs.version7(at: now, entropy: entropy), tenant: tenant)
    }

    /// The id of the change set that this unit becomes, and so the next version of what it writes.
    package var changeID: String { changes.id }

    /// A new version 7 UUID.
    package func newID() -> String { UUIDs.version7(at: now, entropy: entropy) }

    /// A new random UUID, for ids that are shown to people who must not learn more from them.
    package func newRandomID() -> String { UUIDs.version4(entropy: entropy) }

    /// 32 random bytes, for secrets that a change set creates.
    package func newSecret() -> [UInt8] { entropy.bytes(32) }

    // MARK: The three reads

    /// A document by its id, or its absence.
    /// - Throws: `StorageError.corrupt`, `.unavailable`.
    package mutating func get<Entity>(_ kind: Kind<Entity>, _ id: String) async throws -> Stored<Entity>? {
        let key = Key(kind.name, id)
        if let written = pending[key] { return try written.row.map { try Stored(kind, $0) } }
        guard let row = try await row(key) else { return nil }
        return try stored(kind, row)
    }

    /// A row as a document of its kind. What this unit itself has put isn't kept for others: it may never be committed.
    private mutating func stored<Entity>(
        _ kind: Kind<Entity>, _ row: StoredRow
    ) throws(StorageError) -> Stored<Entity> {
        if row.version == changes.id { return try Stored(kind, row) }
        if let known = documents[row.key] as? Stored<Entity> { return known }
        let stored = try decoded.stored(kind, row, tenant: tenant)
        documents[row.key] = stored
        return stored
    }

    /// Every document of a kind under one value of a guarded index, in the order of their ids. "There is no other" and
    /// "these are all" stay true until the commit, or the commit conflicts.
    /// - Throws: `StorageError.tooMany` past 256.
    /// - Precondition: `index` is declared guarded.
    package mutating func all<Entity>(_ index: Index<Entity>, of kind: Kind<Entity>, _ value: String) async throws
        -> [Stored<Entity>]
    {
        precondition(index.isGuarded, "\(index.name) isn't guarded: a decision can't rely on it")
        var found: [Stored<Entity>] = []
        for row in try await rows(under: IndexValue(index.name, value)) where row.key.kind == kind.name {
            found.append(try stored(kind, row))
        }
        return found
    }

    /// The name of the guarded index, shared by all kinds, in which a document lists what it relies on.
    package static let standsOn = "standsOn"

    /// How a document is written in the `standsOn` index of those that rely on it.
    package static func footing(_ key: Key) -> String { key.description }

    /// Everything that stands on a document. Whoever removes the document must have asked, and ends it, finds it another
    /// footing, or refuses.
    package mutating func standing(on key: Key) async throws -> [StoredRow] {
        askedWhatStands.insert(key)
        return try await rows(under: IndexValue(Self.standsOn, Self.footing(key)))
    }

    /// Who holds a unique name, or that it is free.
    package mutating func holder(of name: String) async throws -> Key? {
        for change in changes.names.reversed() where change.name == name {
            if case .take(_, let key) = change { return key }
            return nil
        }
        if let known = changes.reads.names[name] { return known }
        let holder =
            if let found = findings.holder(of: name) { found } else {
                try await reading.holder(of: name, tenant: tenant)
            }
        changes.reads.names[name] = .some(holder)
        if let holder, pending[holder] == nil { _ = try await row(holder) }
        return holder
    }

    /// Looks up together what the command is about to ask. Only what it then asks becomes a read of the decision, so that
    /// asking for too much costs time and can't make a conflict.
    package mutating func prefetch(_ lookups: Lookups) async throws {
        var unknown = lookups
        unknown.documents = unknown.documents.filter { rows[$0] == nil && findings.documents[$0] == nil }
        unknown.guarded = unknown.guarded.filter { members[$0] == nil && findings.guarded[$0] == nil }
        unknown.names = unknown.names.filter { changes.reads.names[$0] == nil && findings.holder(of: $0) == nil }
        guard !unknown.isEmpty else { return }
        findings.add(try await reading.find(unknown, tenant: tenant, limit: Self.maximumMembers))
    }

    /// How many documents under one value a decision may read at once.
    private static let maximumMembers = 256

    private mutating func row(_ key: Key) async throws -> StoredRow? {
        if let known = rows[key] { return known }
        let row =
            if let found = findings.documents[key] { found } else { try await reading.get(key, tenant: tenant) }
        try remember(row, at: key)
        return row
    }

    private mutating func remember(_ row: StoredRow?, at key: Key) throws {
        if let earlier = rows[key] {
            // Read twice by different questions: the commit can only hold if both saw the same.
            guard earlier?.version == row?.version else { throw ConflictWhileReading() }
            return
        }
        if let settlesAt = row?.settlesAt, settlesAt <= now, settling?.contains(key) == false {
            throw Unsettled(key: key)
        }
        rows[key] = .some(row)
        changes.reads.documents[key] = .some(row?.version)
    }

    private mutating func rows(under value: IndexValue) async throws -> [StoredRow] {
        if members[value] == nil {
            let found =
                if let found = findings.guarded[value] { found } else {
                    try await reading.all(value, tenant: tenant, limit: Self.maximumMembers)
                }
            for row in found.rows { try remember(row, at: row.key) }
            changes.reads.guarded[value] = found.stamp
            members[value] = found.rows
        }
        var rows = members[value, default: []].filter { pending[$0.key] == nil }
        rows += pending.values.filter { $0.entries.contains(value) }.compactMap(\.row)
        return rows.sorted { $0.key < $1.key }
    }

    /// The version in which a document was found, whatever the command has put since; nil where there is none.
    package mutating func readVersion(of key: Key) async throws -> String? { try await row(key)?.version }

    // MARK: What shall be

    /// Puts a document: a new one, or one that this unit has read, whose version the commit checks.
    /// - Throws: `StorageError.corrupt` where it holds what its kind doesn't declare (a programming error).
    package mutating func put<Entity>(_ stored: Stored<Entity>) throws {
        let key = stored.key
        precondition(
            stored.version == nil || stored.version == changes.id || stored.version == (rows[key] ?? nil)?.version,
            "\(key) is put in a version that wasn't read in this unit of work")
        if stored.version == nil, rows[key] == nil {
            rows[key] = .some(nil)
            changes.reads.documents[key] = .some(nil)
        }
        do {
            let document = try stored.kind.checked(stored.document.members)
            if let id = stored.document.members["id"]?.string, !id.isExactly(stored.id) {
                throw Invalid(path: "id", reason: "is not the id under which the object is stored.")
            }
            try JSONReader.Limits.stored.check(.object(document.members))
            try JSONReader.Limits.stored.check(.object(stored.internals))
            pending[key] = Pending(
                kind: stored.kind,
                row: StoredRow(
                    key: key, version: changes.id, document: document.members.bytes, internals: stored.internals.bytes,
                    settlesAt: stored.settlesAt),
                document: document.members, entries: stored.kind.entries(document, stored.internals),
                oldEntries: oldEntries(key, stored.kind))
        } catch let error as Invalid { throw StorageError.corrupt(key, error.description) }
    }

    /// The index entries of the row that a write replaces.
    private mutating func oldEntries<Entity>(_ key: Key, _ kind: Kind<Entity>) -> Set<IndexValue> {
        guard let row = rows[key] ?? nil else { return [] }
        do {
            let old = try stored(kind, row)
            return kind.entries(old.document, old.internals)
        } catch { preconditionFailure("\(key) was decoded when it was read: \(error)") }
    }

    /// Deletes a document that this unit has read.
    package mutating func delete<Entity>(_ stored: Stored<Entity>) {
        let key = stored.key
        precondition(rows[key] != nil, "\(key) is deleted but wasn't read in this unit of work")
        assert(
            !stored.kind.canBeStoodOn || askedWhatStands.contains(key),
            "\(key) is deleted without asking what stands on it")
        pending[key] = Pending(kind: stored.kind, row: nil, oldEntries: oldEntries(key, stored.kind))
    }

    /// Takes a unique name for a document.
    package mutating func take(_ name: String, for key: Key) { changes.names.append(.take(name, for: key)) }

    /// Gives a name back.
    package mutating func release(_ name: String, from key: Key) { changes.names.append(.release(name, from: key)) }

    /// Wakes a command at an instant; a continuation is due at once. Work of the same id is replaced.
    package mutating func wake(
        _ id: String, command: String, at instant: Instant, subject: String? = nil, cursor: String? = nil
    ) async throws {
        var stored =
            try await get(Work.kind, id)
            ?? Stored(
                Work.kind, id: id,
                try Document {
                    $0.id = id; $0.name = command
                }, settlesAt: instant)
        stored.document.name = command
        stored.document.subject = subject
        stored.document.cursor = cursor
        stored.settlesAt = instant
        try put(stored)
    }

    /// Records an event.
    /// - Precondition: its type is one that the catalog lists.
    package mutating func record(_ event: Event) throws {
        assert(catalog.eventTypes?.contains(event.type) ?? true, "no activity is of the type '\(event.type)'")
        changes.events.append(
            try event.stored(in: tenant, change: changes.id, at: now, kind: catalog.events, entropy: entropy))
    }

    /// Leaves a message for the outside.
    package mutating func deliver(_ type: String, stream: String, body: JSONObject) throws {
        let id = newID()
        var document = try Document<Delivery> {
            $0.id = id
            $0.stream = stream
            $0.type = type
            $0.createdDateTime = now
            $0.number = deliveries
        }
        deliveries += 1
        // As one member: a message has an id and a type of its own.
        document[open: "body"] = .object(body)
        try put(Stored(Delivery.kind, id: id, document))
    }

    /// The decision stands only before this instant.
    package mutating func stands(until instant: Instant) {
        changes.window.notAfter = min(changes.window.notAfter ?? instant, instant)
    }

    /// The decision stands only from this instant on.
    package mutating func stands(from instant: Instant) {
        changes.window.notBefore = max(changes.window.notBefore ?? instant, instant)
    }

    // MARK: Committing

    /// What the unit has read so far, and the time in which what it found holds.
    var basis: (reads: ChangeSet.Reads, window: ChangeSet.Window) { (changes.reads, changes.window) }

    /// How many documents shall be put or deleted.
    var pendingCount: Int { pending.count }

    /// Forgets what shall be and keeps what was read: a refusal is an outcome with reads, a window and one event.
    mutating func discardChanges() {
        pending = [:]
        changes.writes = []
        changes.names = []
        changes.events = []
    }

    /// The change set, with everything computed that an engine binds.
    /// - Throws: `StorageError.tooLarge`.
    func changeSet() throws -> ChangeSet {
        var changes = changes
        var bytes = 0
        for (key, change) in pending.sorted(by: { $0.key < $1.key }) {
            let old = rows[key] ?? nil
            if old == nil, change.row == nil { continue }
            let row = change.row.map { row in
                bytes += row.document.count + row.internals.count
                return ChangeSet.Row(
                    document: row.document, internals: row.internals, settlesAt: row.settlesAt,
                    columns: change.kind.columns.map { $0.value(in: change.document) })
            }
            changes.writes.append(
                ChangeSet.Write(
                    key: key, replacing: old?.version, row: row,
                    entriesAdded: change.entries.subtracting(change.oldEntries).sorted(),
                    entriesRemoved: change.oldEntries.subtracting(change.entries).sorted()))
        }
        guard changes.writes.count <= ChangeSet.maximumDocuments else {
            throw StorageError.tooLarge("A change of \(changes.writes.count) documents is over the limit of 256.")
        }
        guard changes.reads.count <= ChangeSet.maximumReads else {
            throw StorageError.tooLarge("A decision of \(changes.reads.count) reads is over the limit of 1,000.")
        }
        guard bytes <= ChangeSet.maximumBytes else {
            throw StorageError.tooLarge("A change of \(bytes) bytes is over the limit of 4 MiB.")
        }
        precondition(
            changes.writes.isEmpty && changes.names.isEmpty || !changes.events.isEmpty, "a change set without an event")
        return changes
    }
}

/// Two reads of one unit of work saw different states; the run starts again.
struct ConflictWhileReading: Error {}
