package import EDM

/// What every storage engine does. Each passes the same contract suite, `StorageContract`.
///
/// Reads are answered from committed state. A `get` or `all` may be older than the newest commit, which the commit of
/// whoever relies on it finds out; what a `commit` has acknowledged is seen by every later read.
package protocol Engine: Sendable {
    var catalog: Catalog { get }

    /// The store's clock, which never runs backwards: in an emulator's database it is moved by `setClock`.
    /// - Throws: `StorageError.unavailable` where the clock can't be trusted.
    func now() async throws -> Instant
    /// Moves the store's clock forward; it keeps running from there, across restarts.
    /// - Precondition: only in a database stamped `demo` or `emulator`.
    func setClock(_ instant: Instant) async throws

    func get(_ key: Key, tenant: String) async throws -> StoredRow?
    /// Every document under a value of a multi-valued index in the order of its key, and the value's stamp, read before
    /// the rows or with them (0 where no commit has moved it).
    /// - Throws: `StorageError.tooMany` past `limit`.
    func all(_ value: IndexValue, tenant: String, limit: Int) async throws -> (stamp: Int64, rows: [StoredRow])
    func holder(of name: String, tenant: String) async throws -> Key?
    /// Looks many things up together, where that is one way to a server instead of many; an engine for which it isn't finds
    /// nothing. A value with more than `limit` documents is left out.
    func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings

    func commit(_ changes: ChangeSet) async -> CommitOutcome

    /// Rows in the query's order.
    /// - Throws: `StorageError.tooExpensive` past the time that a query without an index gets.
    func read(_ query: Query) async throws -> [ReadRow]
    /// How many rows match, without `skip` and `limit`.
    func count(_ query: Query) async throws -> Int
    /// Documents with `settlesAt <= instant`, by that instant, then tenant and key.
    func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue]
    /// The earliest `settlesAt` of all documents.
    func nextSettling() async throws -> Instant?
    /// Every tenant that has a log, sorted.
    func tenants() async throws -> [String]
    /// The rows of a kind in the order of their ids, with what was computed from each, whether they can be read or not.
    func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow]
    /// Events of a tenant from a position on, in order of position.
    func events(tenant: String, from position: Int64, limit: Int) async throws -> [PositionedEvent]

    /// Deletes every document, name, event and change but those of `Catalog.kept`, and returns the clock to the system's.
    /// - Precondition: only in a database stamped `demo` or `emulator`.
    func reset(keeping kinds: Set<String>) async throws
    /// Keeps a copy of everything but the documents of some kinds, in the database, in place of one of that name.
    /// - Precondition: only in a database stamped `demo` or `emulator`.
    func saveSnapshot(_ name: String, without kinds: Set<String>) async throws
    /// Returns to a copy and to the instant at which it was made, from which the clock runs on. Documents of the kinds that
    /// the copy was made without stay as they are.
    /// - Returns: whether there is such a copy.
    func restoreSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool
    /// Drops a copy.
    /// - Returns: whether there was such a copy.
    func deleteSnapshot(_ name: String, without kinds: Set<String>) async throws -> Bool
    /// The names of all copies, sorted.
    func snapshots() async throws -> [String]
    /// Flushes and closes; later calls throw.
    func close() async
}

extension Engine {
    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings { Findings() }
}

/// What a database was made for; another mode refuses to open it (security rule R20).
package enum Stamp: String, Sendable, CaseIterable { case demo, emulator, production }

/// What a process opens a database for.
package enum EngineAccess: Hashable, Sendable {
    /// To serve it: makes it, brings it to this build's catalog, and keeps away who mustn't serve it too.
    case serve
    /// To read it beside its servers, or without one: no document, name or event is changed.
    case inspect

    /// What a writer is told by an engine that was opened to inspect.
    package static let refusal = "The database was opened for inspection only."
}

package struct StoredRow: Hashable, Sendable {
    package let key: Key
    package let version: String
    package let document: [UInt8]
    package let internals: [UInt8]
    package let settlesAt: Instant?

    package init(key: Key, version: String, document: [UInt8], internals: [UInt8], settlesAt: Instant?) {
        self.key = key
        self.version = version
        self.document = document
        self.internals = internals
        self.settlesAt = settlesAt
    }
}

package struct Overdue: Hashable, Sendable {
    package let tenant: String
    package let key: Key
    package let settlesAt: Instant

    package init(tenant: String, key: Key, settlesAt: Instant) {
        self.tenant = tenant
        self.key = key
        self.settlesAt = settlesAt
    }
}

package struct PositionedEvent: Hashable, Sendable {
    /// Dense per tenant from 0, never revised.
    package let position: Int64
    package let id: String
    /// The change set that the event belongs to.
    package let change: String
    package let at: Instant
    package let bytes: [UInt8]
    package let leaf: [UInt8]

    package init(position: Int64, id: String, change: String, at: Instant, bytes: [UInt8], leaf: [UInt8]) {
        self.position = position
        self.id = id
        self.change = change
        self.at = at
        self.bytes = bytes
        self.leaf = leaf
    }
}

/// What storage can say besides an outcome.
package enum StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing happened; the text names the remedy.
    case unavailable(String)
    /// Ten runs met ten conflicts; nothing happened.
    case contended
    /// Whether the change happened can't be told.
    case unknown(String)
    /// A value of an index has more documents than a decision may read at once.
    case tooMany(IndexValue)
    /// A query without an index took longer than it may; the text names the property to filter on.
    case tooExpensive(String)
    /// A change set over its caps, in words.
    case tooLarge(String)
    /// Stored bytes that don't follow their declaration: this one document is out of use.
    case corrupt(Key, String)
    /// A database that this build must not open; the text names the remedy.
    case incompatible(String)

    package var description: String {
        switch self {
        case .unavailable(let text), .unknown(let text), .tooExpensive(let text), .tooLarge(let text),
            .incompatible(let text):
            text
        case .contended: "Too many writers want the same object. Nothing has happened; try again."
        case .tooMany(let value): "More than 256 objects share the value '\(value.value)' of '\(value.index)'."
        case .corrupt(let key, let reason): "The stored object \(key) can't be read: \(reason)"
        }
    }
}
