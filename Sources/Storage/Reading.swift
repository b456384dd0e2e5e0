package import EDM
internal import Synchronization

/// The questions that a store answers from committed state.
package protocol Reading: Sendable {
    /// The store's clock, which never runs backwards: in an emulator's database it is moved by `setClock`.
    /// - Throws: `StorageError.unavailable` where the clock can't be trusted.
    func now() async throws -> Instant

    func get(_ key: Key, tenant: String) async throws -> StoredRow?
    /// Every document under a value of a multi-valued index in the order of its key, and the value's stamp, read before
    /// the rows or with them (0 where no commit has moved it).
    /// - Throws: `StorageError.tooMany` past `limit`.
    func all(_ value: IndexValue, tenant: String, limit: Int) async throws -> (stamp: Int64, rows: [StoredRow])
    func holder(of name: String, tenant: String) async throws -> Key?
    /// Looks many things up together, where that is one way to a server instead of many; where it isn't, nothing is found.
    /// A value with more than `limit` documents is left out.
    func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings

    /// One document by its key, and whether a reader may see it.
    func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting?
    /// Rows in the query's order.
    /// - Throws: `StorageError.tooExpensive` past the time that a query without an index gets.
    func read(_ query: Query) async throws -> [ReadRow]
    /// How many rows match, without `skip` and `limit`.
    func count(_ query: Query) async throws -> Int
    /// Documents with `settlesAt <= instant`, by that instant, then tenant and key.
    func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue]
}

extension Reading {
    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings { Findings() }
}

/// A document as a question of one reader meets it: storage itself looks at what the reader may not see.
package struct Sighting: Hashable, Sendable {
    package let row: ReadRow
    package let isVisible: Bool

    package init(_ row: ReadRow, isVisible: Bool) {
        self.row = row
        self.isVisible = isVisible
    }

    var visible: ReadRow? { isVisible ? row : nil }
}

/// Questions that belong together: those of one answer, or of one run of a command.
///
/// A session may hold a connection and a snapshot from its first question until `end`. What it is asked after that begins
/// anew and sees everything that was acknowledged until then; so does the first question.
package protocol ReadSession: Reading {
    /// What is read now is of this state or a newer one: how often the data had changed, as far as this process knows. 0
    /// where others change it too.
    var generation: UInt64 { get }
    /// From now on an answer rests on what was read before: the next question, or `check`, finds out whether it still is so.
    func rest(on basis: Basis)
    /// Asks whether everything that the session rests on is still so, where no question has done it.
    /// - Throws: `StaleBasis`.
    func check() async throws
    /// Gives back what the session holds. Whatever was checked is to be checked again by what comes after.
    func end()
}

/// What was read for a fact, and must still be so where the fact is used again.
package final class Basis: Sendable {
    package let tenant: String
    package let reads: ChangeSet.Reads
    /// The time in which the fact holds.
    package let window: ChangeSet.Window
    private let lastGeneration: Atomic<UInt64>

    package init(tenant: String, reads: ChangeSet.Reads, window: ChangeSet.Window, generation: UInt64) {
        self.tenant = tenant
        self.reads = reads
        self.window = window
        lastGeneration = Atomic(generation)
    }

    /// The last state of which it is known that everything was so.
    package var generation: UInt64 { lastGeneration.load(ordering: .acquiring) }

    /// It was found to be so in this state.
    package func stands(in generation: UInt64) { lastGeneration.store(generation, ordering: .releasing) }
}

/// Something that an answer rests on has changed since it was read: the answer is made again.
package struct StaleBasis: Error {
    package init() {}
}

/// The session of an engine that holds nothing for one.
package final class PlainSession: ReadSession, WrappingReading {
    package let reading: any Reading
    private let bases = Mutex<[Basis]>([])

    package init(_ reading: any Reading) { self.reading = reading }

    package var generation: UInt64 { 0 }

    package func rest(on basis: Basis) { bases.withLock { $0.append(basis) } }

    package func check() async throws {
        for basis in bases.withLock({ $0 }) where try await !isSo(basis) { throw StaleBasis() }
    }

    private func isSo(_ basis: Basis) async throws -> Bool {
        guard basis.window.contains(try await reading.now()) else { return false }
        for (key, version) in basis.reads.documents
        where try await reading.get(key, tenant: basis.tenant)?.version != version { return false }
        for (value, stamp) in basis.reads.guarded
        where try await reading.all(value, tenant: basis.tenant, limit: .max).stamp != stamp { return false }
        for (name, holder) in basis.reads.names
        where try await reading.holder(of: name, tenant: basis.tenant) != holder { return false }
        return true
    }

    package func end() {}
}

/// Questions that are passed on.
package protocol WrappingReading: Reading {
    var reading: any Reading { get }
}

extension WrappingReading {
    package func now() async throws -> Instant { try await reading.now() }
    package func get(_ key: Key, tenant: String) async throws -> StoredRow? {
        try await reading.get(key, tenant: tenant)
    }
    package func all(
        _ value: IndexValue, tenant: String, limit: Int
    ) async throws -> (stamp: Int64, rows: [StoredRow]) {
        try await reading.all(value, tenant: tenant, limit: limit)
    }
    package func holder(of name: String, tenant: String) async throws -> Key? {
        try await reading.holder(of: name, tenant: tenant)
    }
    package func find(_ lookups: Lookups, tenant: String, limit: Int) async throws -> Findings {
        try await reading.find(lookups, tenant: tenant, limit: limit)
    }
    package func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting? {
        try await reading.read(key, tenant: tenant, visibility: visibility)
    }
    package func read(_ query: Query) async throws -> [ReadRow] { try await reading.read(query) }
    package func count(_ query: Query) async throws -> Int { try await reading.count(query) }
    package func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) async throws -> [Overdue] {
        try await reading.overdue(at: instant, tenant: tenant, kind: kind, limit: limit)
    }
}
