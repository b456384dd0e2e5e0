internal import EDM
internal import Storage
internal import Synchronization

/// What this process knows of the committed state while it alone writes: how often it has changed, and rows that were read
/// of it.
final class CommittedState: Sendable {
    struct Place: Hashable, Sendable {
        let tenant: String
        let key: Key

        static func == (lhs: Self, rhs: Self) -> Bool { lhs.key == rhs.key && lhs.tenant.isExactly(rhs.tenant) }

        func hash(into hasher: inout Hasher) {
            key.hash(into: &hasher)
            tenant.hashExactly(into: &hasher)
        }
    }

    private static let maximumRows = 16_384
    private static let maximumBytes = 32 << 20

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
