package import Storage

/// What every storage engine promises, as tests that throw what they find.
///
/// A test target runs each check against each engine:
///
///     @Test(arguments: EngineContract.all) func memory(check: Check) async throws { try await check.run(on: memory) }
package struct EngineContract: Sendable, CustomStringConvertible {
    package let description: String
    let open: @Sendable (Catalog, DatabasePurpose) async throws -> TestDatabase

    /// - Parameter open: a new, empty database for the catalog.
    package init(
        _ description: String, open: @escaping @Sendable (Catalog, DatabasePurpose) async throws -> TestDatabase
    ) {
        self.description = description
        self.open = open
    }

    /// Every check, the quick ones first.
    package static let all: [Check] = [
        documents, lookups, answers, facts, interleavings, absences, outcomes, resentChanges, refusals, pendingWrites,
        names, tenants,
        clock, resets, settling, settlingOrder, continuations, attempts, log, concurrency, pages, visibility, columns,
        caps, queries, migrations,
    ].flatMap { $0 }
}

/// One promise.
package struct Check: Sendable, CustomStringConvertible {
    /// The promise as a sentence.
    package let name: String
    private let stamp: DatabasePurpose
    private let body: @Sendable (Bench) async throws -> Void

    package var description: String { name }

    /// - Parameter stamp: `production` where several nodes share the data; elsewhere the clock can be moved.
    init(_ name: String, _ stamp: DatabasePurpose = .emulator, _ body: @escaping @Sendable (Bench) async throws -> Void)
    {
        self.name = name
        self.stamp = stamp
        self.body = body
    }

    /// Tries the promise on a new database.
    /// - Throws: `ContractViolation` where it is broken.
    package func run(on contract: EngineContract) async throws {
        let bench = Bench(try await contract.open(Samples.catalog, stamp))
        do {
            try await body(bench)
        } catch {
            await bench.end()
            throw error
        }
        await bench.end()
    }
}

/// A database that one check has for itself.
package struct TestDatabase: Sendable {
    package typealias Opening = @Sendable () async throws -> any Engine
    package typealias Reopening = @Sendable (Catalog) async throws -> any Engine

    let engine: any Engine
    let node: Opening?
    let reader: Opening?
    let reopen: Reopening?
    let remove: @Sendable () async -> Void

    /// - Parameters:
    ///   - node: opens the data, which is stamped `production`, once more for reading and writing.
    ///   - reader: opens the data once more for reading.
    ///   - reopen: opens the data again when the engine is closed, perhaps for another release's catalog.
    ///   - remove: removes what is left when every engine is closed.
    package init(
        _ engine: any Engine, node: Opening? = nil, reader: Opening? = nil, reopen: Reopening? = nil,
        remove: @escaping @Sendable () async -> Void = {}
    ) {
        self.engine = engine
        self.node = node
        self.reader = reader ?? node
        self.reopen = reopen
        self.remove = remove
    }
}

/// A broken promise.
package struct ContractViolation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
