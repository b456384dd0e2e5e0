package import EDM

/// An engine that shows what it has computed once and keeps beside the documents, so that a checker can compute it again.
/// Pages follow the order of their keys; each begins after the last row of the page before.
package protocol Inspectable: Engine {
    /// By how much the store's time is ahead of the system's clock, and so stands still; nil where it can't be.
    var timeAhead: Duration? { get }
    var stamp: DatabasePurpose { get }
    /// Every tenant that has a log.
    func tenants() async throws -> [String]
    func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow]
    func rawEntries(tenant: String, after entry: RawEntry?, limit: Int) async throws -> [RawEntry]
    func rawNames(tenant: String, after name: String?, limit: Int) async throws -> [RawName]
    /// Stamps of guarded values that a commit has moved.
    func rawStamps(tenant: String, after value: IndexValue?, limit: Int) async throws -> [IndexValue: Int64]
    /// Committed change sets.
    func rawChanges(tenant: String, after id: String?, limit: Int) async throws -> [RawChange]
}

extension Inspectable {
    package var timeAhead: Duration? { nil }
}

package struct RawRow: Hashable, Sendable {
    package let row: StoredRow
    /// In the order of the kind's columns.
    package let columns: [SQLValue]
    package let entries: Set<IndexValue>

    package init(row: StoredRow, columns: [SQLValue], entries: Set<IndexValue>) {
        self.row = row
        self.columns = columns
        self.entries = entries
    }
}

package struct RawChange: Hashable, Sendable {
    package let id: String
    /// When it was committed, by the store's clock.
    package let at: Instant

    package init(id: String, at: Instant) {
        self.id = id
        self.at = at
    }
}

package struct RawEntry: Hashable, Sendable {
    package let value: IndexValue
    package let key: Key

    package init(value: IndexValue, key: Key) {
        self.value = value
        self.key = key
    }
}

package struct RawName: Hashable, Sendable {
    package let name: String
    package let holder: Key

    package init(name: String, holder: Key) {
        self.name = name
        self.holder = holder
    }
}
