import Foundation
import Storage
import StorageContract
import Testing
import Text

@testable import StoragePostgres

/// One check after another: each has a database of its own and up to twenty connections to it.
@Suite("The contract of storage, kept by PostgreSQL", .serialized, .enabled(if: Server.url != nil, Server.isMissing))
struct PostgresContractTests {
    @Test(arguments: EngineContract.all)
    func keepsItWithPreparedStatements(_ check: Check) async throws {
        try await check.run(on: Server.contract("pool=8"))
    }

    @Test(arguments: EngineContract.all)
    func keepsItBehindAPooler(_ check: Check) async throws {
        try await check.run(on: Server.contract("pool=8&pooler=transaction"))
    }
}

/// The server that `script/postgres start` runs.
private enum Server {
    static let url = ProcessInfo.processInfo.environment["COUNTERSIGN_TEST_POSTGRES"]
    static let isMissing: Comment = "COUNTERSIGN_TEST_POSTGRES holds no URL; say $(script/postgres start)"

    static func contract(_ parameters: String) -> EngineContract {
        EngineContract("PostgreSQL with \(parameters)") { catalog, stamp in
            let server = try #require(url), end = try #require(server.lastIndex(of: "/"))
            let name = "countersign_contract_\(SystemEntropy().bytes(6).hex)"
            try execute("CREATE DATABASE \(name)")
            let open: TestDatabase.Reopening = { catalog in
                try await PostgresEngine.open(
                    url: "\(server[...end])\(name)?\(parameters)", catalog: catalog, stamp: stamp)
            }
            let node: TestDatabase.Opening = { try await open(catalog) }
            return TestDatabase(
                try await node(), node: stamp == .production ? node : nil, reopen: open,
                remove: { try? execute("DROP DATABASE \(name) WITH (FORCE)") })
        }
    }

    private static func execute(_ text: String) throws {
        let connection = Connection(try Address(try #require(url)))
        defer { connection.close() }
        _ = try connection.run([Statement(text, isKept: false)]).get()
    }
}
