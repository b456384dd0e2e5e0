package import EDM

/// What every storage engine does. Each passes the same contract suite, `StorageContract`.
///
/// Reads are answered from committed state. A `get` or `all` may be older than the newest commit, which the commit of
/// whoever relies on it finds out; what a `commit` has acknowledged is seen by every later read.
package protocol Engine: Reading {
    var catalog: Catalog { get }

    /// Moves the store's clock forward; it keeps running from there, across restarts.
    /// - Precondition: only in a database stamped `demo` or `emulator`.
    func setClock(_ instant: Instant) async throws

    /// For the questions of one answer, or of one run of a command. A question outside any session is a session of its own.
    /// - Parameter consistently: whether all of its answers must be of one state of the data, until its `end`.
    func session(consistently: Bool) -> any ReadSession

    func commit(_ changes: ChangeSet) async -> CommitOutcome

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

/// What a database was made for; another mode refuses to open it (security rule R20).
package enum DatabasePurpose: String, Sendable, CaseIterable { case demo, emulator, production }

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
