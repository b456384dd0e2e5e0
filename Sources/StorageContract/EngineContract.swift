package import Storage

/// What every storage engine promises, as tests that throw what they find.
///
/// A test target runs each check against each engine:
///
///     @Test(arguments: EngineContract.all) func memory(check: Check) async throws { try await check.run(on: memory) }
package struct EngineContract: Sendable, CustomStringConvertible {
    package let description: String
    let open: @Sendable (Catalog) async throws -> TestDatabase

    /// - Parameter open: a new, empty database for the catalog, stamped `demo` or `emulator`.
    package init(_ description: String, open: @escaping @Sendable (Catalog) async throws -> TestDatabase) {
        self.description = description
        self.open = open
    }

    /// Every check, the quick ones of the commit first.
    package static let all: [Check] = [
        documents, interleavings, absences, outcomes, resentChanges, refusals, caps, pendingWrites, names, settling,
        settlingOrder, continuations, attempts, log, queries, pages, visibility, columns, tenants, clock, resets, concurrency,
    ].flatMap { $0 }
}

/// One promise.
package struct Check: Sendable, CustomStringConvertible {
    /// The promise as a sentence.
    package let name: String
    private let body: @Sendable (Bench) async throws -> Void

    package var description: String { name }

    init(_ name: String, _ body: @escaping @Sendable (Bench) async throws -> Void) {
        self.name = name
        self.body = body
    }

    /// Tries the promise on a new database.
    /// - Throws: `ContractViolation` where it is broken.
    package func run(on contract: EngineContract) async throws {
        let database = try await contract.open(Samples.catalog)
        let bench = Bench(database)
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
    let engine: any Engine
    let attach: (@Sendable () async throws -> any Engine)?
    let remove: @Sendable () async -> Void

    /// - Parameters:
    ///   - attach: opens the same data once more, as another node does; nil where only one engine can have it.
    ///   - remove: removes what is left when every engine is closed.
    package init(
        _ engine: any Engine, attach: (@Sendable () async throws -> any Engine)? = nil,
        remove: @escaping @Sendable () async -> Void = {}
    ) {
        self.engine = engine
        self.attach = attach
        self.remove = remove
    }
}

/// A broken promise.
package struct ContractViolation: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
