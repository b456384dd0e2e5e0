import EDM
import Storage
import Testing
import Text

@testable import StoragePostgres

#if canImport(Glibc)
    import Glibc
#endif

/// The server that `script/postgres start` runs. Each test makes a database of its own and drops it.
enum TestServer {
    static let url = getenv("COUNTERSIGN_TEST_POSTGRES").map { String(cString: $0) }
    static let isMissing: Comment = "COUNTERSIGN_TEST_POSTGRES holds no URL; say $(script/postgres start)"

    /// The server's URL with another database and our parameters.
    static func url(of database: String, _ parameters: String = "") throws -> String {
        let url = try #require(url)
        let end = try #require(url.lastIndex(of: "/"))
        return url[...end] + database + (parameters.isEmpty ? "" : "?" + parameters)
    }

    static func execute(_ text: String, in database: String? = nil) throws {
        let url = try database.map { try self.url(of: $0) } ?? #require(url)
        let connection = Connection(try Address(url))
        defer { connection.close() }
        _ = try connection.run([Statement(text, isKept: false)]).get()
    }

    /// The first column of a query's rows.
    static func column(_ text: String, in database: String) throws -> [String] {
        let connection = Connection(try Address(url(of: database)))
        defer { connection.close() }
        return try connection.run([Statement(text, isKept: false)]).get()[0].rows.map { $0.text(0) }
    }
}

/// Everything that needs the server: one test after another, because each has up to eighteen connections.
@Suite(.serialized, .enabled(if: TestServer.url != nil, TestServer.isMissing))
enum PostgresTests {}

/// Runs a test with an empty database.
func withDatabase<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let name = "countersign_test_" + SystemEntropy().bytes(6).hex
    try TestServer.execute("CREATE DATABASE \(name)")
    do {
        let result = try await body(name)
        try TestServer.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        return result
    } catch {
        try? TestServer.execute("DROP DATABASE \(name) WITH (FORCE)")
        throw error
    }
}

func open(
    _ database: String, _ parameters: String = "", stamp: DatabasePurpose = .production, catalog: Catalog = testCatalog
) async throws -> PostgresEngine {
    try await PostgresEngine.open(url: TestServer.url(of: database, parameters), catalog: catalog, stamp: stamp)
}

/// Runs a test with one engine on an empty database.
func withEngine(
    _ parameters: String = "", stamp: DatabasePurpose = .production,
    _ body: (PostgresEngine, String) async throws -> Void
) async throws {
    try await withDatabase { database in
        let engine = try await open(database, parameters, stamp: stamp)
        do { try await body(engine, database) } catch {
            await engine.close()
            throw error
        }
        await engine.close()
    }
}

/// Runs a test with two nodes on one empty database.
func withTwoNodes(_ parameters: String = "", _ body: (PostgresEngine, PostgresEngine) async throws -> Void) async throws
{
    try await withEngine(parameters) { first, database in
        let second = try await open(database, parameters)
        do { try await body(first, second) } catch {
            await second.close()
            throw error
        }
        await second.close()
    }
}

/// With prepared statements, and as behind a pooler.
let modes = ["pool=8", "pool=8&pooler=transaction"]
