internal import Synchronization

/// Documents that were decoded before: every decision reads the same people, roles, groups and policies. A row that is
/// byte for byte the one that was decoded is the same document; anything else is decoded anew.
final class DecodedDocuments: Sendable {
    private struct Entry: Sendable {
        let row: StoredRow
        let stored: any Sendable
    }

    private struct Place: Hashable {
        let tenant: String
        let key: Key
    }

    /// Larger rows aren't kept.
    private static let maximumBytes = 16 << 10
    private let entries = Mutex(BoundedCache<Place, Entry>(entries: 2048, bytes: 8 << 20))

    func stored<Entity>(
        _ kind: Kind<Entity>, _ row: StoredRow, tenant: String
    ) throws(StorageError) -> Stored<Entity> {
        let place = Place(tenant: tenant, key: row.key)
        if let known = entries.withLock({ $0[place] }), known.row == row, let stored = known.stored as? Stored<Entity> {
            return stored
        }
        let stored = try Stored(kind, row)
        // What changes by itself is a request or work: read while it's decided, and then no more.
        let bytes = row.document.count + row.internals.count
        guard row.settlesAt == nil, bytes <= Self.maximumBytes else { return stored }
        entries.withLock { $0.insert(Entry(row: row, stored: stored), for: place, bytes: bytes) }
        return stored
    }
}
