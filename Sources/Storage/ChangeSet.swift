package import EDM

/// Everything that one outcome does, and everything that it relied upon: committed whole or not at all.
package struct ChangeSet: Sendable {
    /// A version 7 UUID; the version of every document that the change set writes.
    package let id: String
    package let tenant: String
    package var reads = Reads()
    package var window = Window()
    package var writes: [Write] = []
    package var names: [NameChange] = []
    package var events: [StoredEvent] = []

    package init(id: String, tenant: String) {
        self.id = id
        self.tenant = tenant
    }

    /// Caps of one change set; more is a programming error.
    package static let maximumDocuments = 256
    package static let maximumReads = 1000
    package static let maximumBytes = 4 << 20

    /// What must still be so at the commit.
    package struct Reads: Sendable {
        /// Documents by version; nil: absent.
        package var documents: [Key: String?] = [:]
        /// Guarded values by stamp.
        package var guarded: [IndexValue: Int64] = [:]
        /// Names by holder; nil: free.
        package var names: [String: Key?] = [:]

        package init() {}

        package var count: Int { documents.count + guarded.count + names.count }
    }

    /// The time in which a decision stands, by the store's clock: `notBefore <= now < notAfter`.
    package struct Window: Hashable, Sendable {
        package var notBefore: Instant?
        package var notAfter: Instant?

        package init() {}

        package func contains(_ now: Instant) -> Bool {
            notBefore.map { $0 <= now } ?? true && notAfter.map { now < $0 } ?? true
        }
    }

    /// A document put or deleted. Everything that an engine binds is computed before, so that no writer parses JSON.
    package struct Write: Sendable {
        package let key: Key
        /// The version that is replaced or deleted; nil: the document must not exist.
        package let replacing: String?
        /// nil: deleted.
        package let row: Row?
        package let entriesAdded: [IndexValue]
        package let entriesRemoved: [IndexValue]

        package init(
            key: Key, replacing: String?, row: Row?, entriesAdded: [IndexValue], entriesRemoved: [IndexValue]
        ) {
            self.key = key
            self.replacing = replacing
            self.row = row
            self.entriesAdded = entriesAdded
            self.entriesRemoved = entriesRemoved
        }
    }

    package struct Row: Sendable {
        package let document: [UInt8]
        package let internals: [UInt8]
        package let settlesAt: Instant?
        /// In the order of the kind's columns.
        package let columns: [SQLValue]

        package init(document: [UInt8], internals: [UInt8], settlesAt: Instant?, columns: [SQLValue]) {
            self.document = document
            self.internals = internals
            self.settlesAt = settlesAt
            self.columns = columns
        }
    }

    package enum NameChange: Hashable, Sendable {
        case take(String, for: Key)
        /// The holder that was read.
        case release(String, from: Key)

        package var name: String {
            switch self {
            case .take(let name, _), .release(let name, _): name
            }
        }
    }

    /// The guarded values whose membership changes, each once, sorted.
    package func movedStamps(_ catalog: Catalog) -> [IndexValue] {
        var moved: Set<IndexValue> = []
        for write in writes {
            let guarded = Set((catalog[write.key.kind]?.indexes ?? []).filter(\.isGuarded).map(\.name))
            for entry in write.entriesAdded + write.entriesRemoved where guarded.contains(entry.index) {
                moved.insert(entry)
            }
        }
        return moved.sorted()
    }
}

/// An event as it is stored: what people read, what proofs are made of, and the salts that join the two.
package struct StoredEvent: Sendable {
    package let id: String
    package let row: ChangeSet.Row
    /// Canonical bytes (RFC 8785), at most 65,535.
    package let bytes: [UInt8]
    /// SHA-256(0x00 ‖ bytes): the leaf of an RFC 9162 Merkle tree, without the position.
    package let leaf: [UInt8]

    package init(id: String, row: ChangeSet.Row, bytes: [UInt8], leaf: [UInt8]) {
        self.id = id
        self.row = row
        self.bytes = bytes
        self.leaf = leaf
    }
}

/// How a commit ended.
package enum CommitOutcome: Sendable {
    /// Durable, at this instant of the store's clock.
    case committed(at: Instant)
    /// Something that was read no longer stands, or the window has passed: run again.
    case conflict(Conflict)
    /// Nothing happened, and trying again at once won't help.
    case unavailable(reason: String)
    /// Whether it happened can't be told. Never to be reported as "try again".
    case unknown(reason: String)
}

package enum Conflict: Hashable, Sendable {
    case document(Key)
    case guarded(IndexValue)
    case name(String)
    case window
    /// Another commit holds what this one needs.
    case locked
    /// The change set's id is already in the database.
    case change
}
