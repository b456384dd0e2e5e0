internal import Synchronization

/// Facts that were read before, with what they were read from.
final class FactCache: Sendable {
    struct Place: Hashable, Sendable {
        let name: String
        let subject: String
        let tenant: String

        static func == (lhs: Self, rhs: Self) -> Bool {
            lhs.subject.isExactly(rhs.subject) && lhs.name.isExactly(rhs.name) && lhs.tenant.isExactly(rhs.tenant)
        }

        func hash(into hasher: inout Hasher) {
            subject.hashExactly(into: &hasher)
            name.hashExactly(into: &hasher)
            tenant.hashExactly(into: &hasher)
        }
    }

    struct Entry: Sendable {
        let fact: any Sendable
        let basis: Basis
    }

    private static let maximumEntries = 10_000
    /// Of the keys and values that facts were read from, which are most of what they take.
    private static let maximumBytes = 16 << 20
    private let entries = Mutex(BoundedCache<Place, Entry>(entries: maximumEntries, bytes: maximumBytes))

    subscript(place: Place) -> Entry? { entries.withLock { $0[place] } }

    func insert(_ entry: Entry, at place: Place) {
        let bytes = entry.basis.reads.approximateBytes
        entries.withLock { $0.insert(entry, for: place, bytes: bytes) }
    }

    func remove(_ places: some Sequence<Place>) {
        entries.withLock { entries in for place in places { entries.remove(place) } }
    }
}

extension ChangeSet.Reads {
    fileprivate var approximateBytes: Int {
        let places =
            documents.keys.reduce(0) { $0 + $1.id.utf8.count } + guarded.keys.reduce(0) { $0 + $1.value.utf8.count }
            + names.keys.reduce(0) { $0 + $1.utf8.count }
        return 200 + 100 * count + places
    }
}
