internal import EDM
internal import Storage
internal import Synchronization

/// What this process knows of the committed state while it alone writes: how often it has changed, and rows that were read
/// of it.
final class CommittedState: Sendable {
    /// Where a row is, hashed once: a row that isn't at hand is looked for, kept, and one day evicted.
    struct Place: Hashable, Sendable {
        private let text: String
        private let digest: Int

        init(tenant: String, key: Key) {
            // No kind holds a zero byte; with the tenant's length, nothing that an id holds makes two places one.
            var text = key.kind
            text.reserveCapacity(text.utf8.count + tenant.utf8.count + key.id.utf8.count + 8)
            text += "\u{0}"
            text += String(tenant.utf8.count)
            text += "\u{0}"
            text += tenant
            text += key.id
            var hasher = Hasher()
            text.hashExactly(into: &hasher)
            digest = hasher.finalize()
            self.text = text
        }

        static func == (lhs: Self, rhs: Self) -> Bool { lhs.digest == rhs.digest && lhs.text.isExactly(rhs.text) }

        func hash(into hasher: inout Hasher) { hasher.combine(digest) }
    }

    private static let maximumRows = 32_768
    private static let maximumBytes = 64 << 20

    /// How often the data may have changed, from 1. Moved after COMMIT has returned and before any outcome is told: whoever
    /// reads the count first and begins a snapshot then sees everything that was acknowledged before.
    private let count = Atomic<UInt64>(1)
    /// All of the state that the count now says.
    private let rows = Mutex(BoundedCache<Place, PointRow>(entries: maximumRows, bytes: maximumBytes))

    var generation: UInt64 { count.load(ordering: .acquiring) }

    /// A row of the state that the generation says, if it is at hand and that state is the newest.
    func row(at place: Place, in generation: UInt64) -> PointRow? {
        rows.withLock { self.generation == generation ? $0[place] : nil }
    }

    /// - Parameter generation: what the count was before the snapshot was begun in which the row was read.
    func keep(_ row: PointRow, at place: Place, readIn generation: UInt64) {
        rows.withLock { rows in
            // Whoever moves the count has taken out by then what was kept under the count before.
            if self.generation == generation { rows.insert(row, for: place, bytes: row.bytes) }
        }
    }

    /// A COMMIT has returned that wrote these.
    func move(writing places: some Sequence<Place>) {
        rows.withLock { rows in
            for place in places { rows.remove(place) }
            count.add(1, ordering: .releasing)
        }
    }

    /// Anything may have changed.
    func moveAll() {
        rows.withLock { rows in
            rows.removeAll()
            count.add(1, ordering: .releasing)
        }
    }
}

/// A row as a question by its key finds it: what readers see, and what their visibility may ask of it.
struct PointRow: Sendable {
    let version: String
    let document: [UInt8]
    let settlesAt: Instant?
    /// In the order of the kind's columns.
    let columns: [SQLValue]

    /// About what it takes in memory.
    var bytes: Int { document.count + 300 + 64 * columns.count }
}
