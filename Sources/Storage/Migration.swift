package import EDM
internal import JSON

/// What a release does, once in each database, to the documents of one kind that were there before it: it changes them,
/// deletes them, or puts others beside or in place of them.
///
/// It writes only what the release before can still read (`DatabaseLayout.compatibleFrom`), whose nodes run on for a while
/// beside the new ones; what that release needs and this one doesn't is dropped by a migration of the release after.
package struct Migration: Sendable {
    /// Never changed, and never used for another one: it is how a database knows what has been done to it.
    package let name: String
    package let kind: String
    let change: @Sendable (inout UnitOfWork, _ id: String) async throws -> Void

    /// - Parameter change: what shall become of one document. It may run again for the same document where its change set
    ///   met a conflict, and never for one that it was committed for. Where it puts new documents of the same kind, it may
    ///   meet them later, and must know them.
    package init<Entity>(
        _ name: String, of kind: Kind<Entity>,
        _ change: @escaping @Sendable (inout UnitOfWork, Stored<Entity>) async throws -> Void
    ) {
        self.name = name
        self.kind = kind.name
        self.change = { unit, id in
            if let stored = try await unit.get(kind, id) { try await change(&unit, stored) }
        }
    }
}

/// How far a migration has come in one tenant, written in the change sets that it is made of; and, under
/// `MigrationRecord.database`, that a whole database is done with it.
package struct MigrationRecord: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package static let kind = Kind<MigrationRecord>("migration")
    /// In place of a tenant: a tenant that comes later has never had what the migration changes.
    static let database = "database"

    /// The migration's name.
    package let id = Property<String>("id", [.key, .required])
    /// The kind of its documents.
    package let kindName = Property<String>("kind", .required)
    /// The last document that has been done.
    package let after = Property<String?>("after")
    package let isDone = Property<Bool>("isDone", .required)
    /// How many documents were put or deleted.
    package let changed = Property<Int64>("changed", .required)
    /// Documents that were left as they are, at most so many: with more of them a list is no help.
    package let unreadable = Property<[Document<UnreadableRecord>]>("unreadable")
    static let maximumUnreadable = 1000

    fileprivate static func beginning(of migration: Migration) throws -> Stored<MigrationRecord> {
        Stored(
            kind, id: migration.name,
            try Document {
                $0.id = migration.name
                $0.kindName = migration.kind
                $0.isDone = false
                $0.changed = 0
            })
    }
}

/// A document that was left as it is, because it, or one that it needs, can't be read.
package struct UnreadableRecord: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", .required)
    /// In which version: a later one is another story.
    package let version = Property<String>("version", .required)
    package let reason = Property<String>("reason", .required)
}

/// The layout of a database: its tables, and the forms of its documents.
package enum DatabaseLayout {
    /// What this release writes.
    package static let version: Int64 = 1
    /// The oldest release, by the layout that it writes, that works with what this one leaves behind: the one before, at
    /// the least, so that nodes can be brought up to date one after the other.
    package static let compatibleFrom: Int64 = 1
}

extension Store {
    /// Runs those migrations that the database hasn't had, one after the other: before anything is served. Safe where two
    /// nodes begin at once, and after one was stopped in between: each document is changed once.
    ///
    /// A document that can't be read stays as it is, is listed (`Inspectable.unreadable`), and keeps no other from being
    /// changed.
    /// - Parameter event: what a change set of a migration is in the log, which put or deleted so many documents.
    /// - Throws: `StorageError`, and whatever a migration throws: the next run goes on where this one ended.
    package func migrate(
        _ migrations: [Migration], recording event: @escaping @Sendable (Migration, _ changed: Int) -> Event
    ) async throws {
        for migration in migrations {
            let key = Key(MigrationRecord.kind.name, migration.name)
            guard try await engine.get(key, tenant: MigrationRecord.database) == nil else { continue }
            for tenant in try await engine.tenants() {
                try await MigrationRun(store: self, migration: migration, tenant: tenant, event: event).run()
            }
            try await finish(migration)
        }
    }

    /// Without an event: nothing has happened in any tenant.
    private func finish(_ migration: Migration) async throws {
        var record = try MigrationRecord.beginning(of: migration)
        record.document.isDone = true
        var changes = ChangeSet(
            id: UUIDs.version7(at: try await now(), entropy: entropy), tenant: MigrationRecord.database)
        changes.reads.documents[record.key] = .some(nil)
        changes.writes = [
            ChangeSet.Write(
                key: record.key, replacing: nil,
                row: ChangeSet.Row(
                    document: record.document.members.bytes, internals: JSONObject().bytes, settlesAt: nil, columns: []),
                entriesAdded: [], entriesRemoved: [])
        ]
        for _ in 0..<Self.maximumRuns {
            switch await engine.commit(changes) {
            case .committed: return
            case .conflict:
                // Another node has come to the same end, or is about to.
                if try await engine.get(record.key, tenant: MigrationRecord.database) != nil { return }
            case .unavailable(let reason): throw StorageError.unavailable(reason)
            case .unknown(let reason): throw StorageError.unknown(reason)
            }
        }
        throw StorageError.contended
    }
}

/// One migration in one tenant.
private struct MigrationRun {
    let store: Store
    let migration: Migration
    let tenant: String
    let event: @Sendable (Migration, _ changed: Int) -> Event

    private enum Page {
        /// Up to this document; where nothing was to be changed, nothing was committed.
        case done(upTo: String)
        /// Another node has gone on meanwhile.
        case overtaken
        case allDone
    }

    func run() async throws {
        // The last document that is done or was looked at.
        var place: String?
        var limit = 128
        while true {
            do {
                switch try await page(from: place, limit) {
                case .done(let last): place = last
                case .overtaken: place = nil
                case .allDone: return
                }
            } catch let error as StorageError where limit > 1 {
                // Fewer documents at a time are smaller, and less in the way of nodes that still serve.
                switch error {
                case .tooLarge, .contended: limit /= 2
                default: throw error
                }
            }
        }
    }

    private func page(from place: String?, _ limit: Int) async throws -> Page {
        let key = Key(MigrationRecord.kind.name, migration.name)
        let known = try await store.engine.get(key, tenant: tenant).map { try Stored(MigrationRecord.kind, $0) }
        if known?.document.isDone == true { return .allDone }
        // The further of the two: another node may have gone on since.
        let start = [place, known?.document.after].compactMap { $0 }.max { $0.precedesExactly($1) }
        let rows = try await store.engine
            .rawRows(kind: migration.kind, tenant: tenant, after: start, limit: limit).map(\.row)
        return try await change(rows, since: known?.version, isLast: rows.count < limit)
    }

    /// One change set. Where a document can't be read, it is made anew without it: what the migration had said before it
    /// met the document must not stay.
    private func change(_ rows: [StoredRow], since version: String?, isLast: Bool) async throws -> Page {
        var unreadable: [Key: String] = [:]
        while true {
            var current: Key?
            do {
                return try await store.decide(in: tenant, settling: nil) { unit in
                    var record =
                        try await unit.get(MigrationRecord.kind, migration.name)
                        ?? MigrationRecord.beginning(of: migration)
                    guard record.version == version else { return .overtaken }
                    let readable = rows.map(\.key).filter { unreadable[$0] == nil }
                    try await unit.prefetch(Lookups(documents: Set(readable)))
                    for key in readable {
                        current = key
                        try await migration.change(&unit, key.id)
                    }
                    current = nil
                    let changed = unit.pendingCount
                    let page = isLast ? Page.allDone : .done(upTo: rows.last?.key.id ?? "")
                    guard isLast || changed > 0 || !unreadable.isEmpty else { return page }
                    record.document.after = rows.last?.key.id ?? record.document.after
                    record.document.isDone = isLast
                    record.document.changed += Int64(changed)
                    try note(rows, unreadable, in: &record)
                    try unit.put(record)
                    try unit.record(event(migration, changed))
                    return page
                }
            } catch StorageError.corrupt(let key, let reason) {
                // A migration that puts what its kind doesn't allow is a mistake of ours, and stops here.
                guard let current, unreadable[current] == nil, try await isUnreadable(key) else {
                    throw StorageError.corrupt(key, reason)
                }
                unreadable[current] = key == current ? reason : StorageError.corrupt(key, reason).description
            }
        }
    }

    private func isUnreadable(_ key: Key) async throws -> Bool {
        guard let row = try await store.engine.get(key, tenant: tenant) else { return false }
        return store.engine.catalog[key.kind]?.flaw(in: row) != nil
    }

    private func note(
        _ rows: [StoredRow], _ unreadable: [Key: String], in record: inout Stored<MigrationRecord>
    ) throws(Invalid) {
        for row in rows {
            guard let reason = unreadable[row.key] else { continue }
            guard record.document.unreadable.count < MigrationRecord.maximumUnreadable else { return }
            record.document.unreadable.append(
                try Document {
                    $0.id = row.key.id
                    $0.version = row.version
                    $0.reason = reason
                })
        }
    }
}
