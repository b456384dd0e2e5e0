package import EDM
internal import JSON

/// An engine that shows what it has computed once and keeps beside the documents, so that a checker can compute it again.
/// Pages follow the order of their keys; each begins after the last row of the page before.
package protocol Inspectable: Engine {
    /// By how much the store's time is ahead of the system's clock, and so stands still; nil where it can't be.
    var timeAhead: Duration? { get }
    var stamp: DatabasePurpose { get }
    func rawEntries(tenant: String, after entry: RawEntry?, limit: Int) async throws -> [RawEntry]
    func rawNames(tenant: String, after name: String?, limit: Int) async throws -> [RawName]
    /// Stamps of guarded values that a commit has moved.
    func rawStamps(tenant: String, after value: IndexValue?, limit: Int) async throws -> [IndexValue: Int64]
    /// Documents whose columns and index entries couldn't be computed when the database was brought to this catalog.
    func uncomputed() async throws -> [UnreadableDocument]
    /// Committed change sets.
    func rawChanges(tenant: String, after id: String?, limit: Int) async throws -> [RawChange]
}

extension Inspectable {
    package var timeAhead: Duration? { nil }
    package func uncomputed() async throws -> [UnreadableDocument] { [] }

    /// Documents that had to be left as they were when the database was brought up to date, because they can't be read. Each
    /// fails alone, where it is read. Who has been deleted or written since isn't among them.
    package func unreadable() async throws -> [UnreadableDocument] {
        var found = try await uncomputed()
        for tenant in try await tenants() {
            for migration in try await rawRows(kind: MigrationRecord.kind.name, tenant: tenant, after: nil, limit: .max)
            {
                let record = try Stored(MigrationRecord.kind, migration.row)
                for left in record.document.unreadable {
                    found.append(
                        UnreadableDocument(
                            tenant: tenant, key: Key(record.document.kindName, left.id), version: left.version,
                            reason: left.reason))
                }
            }
        }
        var standing: [UnreadableDocument] = []
        for document in found where !standing.contains(where: { $0.isSame(as: document) }) {
            guard try await get(document.key, tenant: document.tenant)?.version == document.version else { continue }
            standing.append(document)
        }
        return standing
    }
}

/// A document that was left as it was.
package struct UnreadableDocument: Hashable, Sendable {
    package let tenant: String
    package let key: Key
    package let version: String
    package let reason: String

    package init(tenant: String, key: Key, version: String, reason: String) {
        self.tenant = tenant
        self.key = key
        self.version = version
        self.reason = reason
    }

    /// A list of them as an engine may keep it: a JSON array.
    package static func text(_ documents: [UnreadableDocument]) -> String {
        let rows = JSONValue.array(
            documents.prefix(MigrationRecord.maximumUnreadable).map { document in
                .array(
                    [document.tenant, document.key.kind, document.key.id, document.version, document.reason].map {
                        .string($0)
                    })
            })
        return String(decoding: rows.canonicalBytes, as: UTF8.self)
    }

    /// - Returns: nothing where the text isn't such a list.
    package static func list(_ text: String) -> [UnreadableDocument] {
        let rows = (try? JSONReader.read(Array(text.utf8), limits: .stored))?.array ?? []
        return rows.compactMap { row in
            let parts = (row.array ?? []).compactMap(\.string)
            guard parts.count == 5 else { return nil }
            return UnreadableDocument(
                tenant: parts[0], key: Key(parts[1], parts[2]), version: parts[3], reason: parts[4])
        }
    }

    fileprivate func isSame(as other: UnreadableDocument) -> Bool { tenant == other.tenant && key == other.key }
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
