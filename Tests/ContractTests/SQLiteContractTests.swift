import Foundation
import Storage
import StorageContract
import StorageSQLite
import Testing

@Suite("The contract of storage, kept by SQLite")
struct SQLiteContractTests {
    static let file = EngineContract("SQLite in a file") { catalog, stamp in
        let folder = FileManager.default.temporaryDirectory.appending(path: "countersign-contract-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appending(path: "store.db").path()
        let open: TestDatabase.Reopening = { catalog in
            try SQLiteEngine.open(.file(path), catalog: catalog, stamp: stamp)
        }
        return TestDatabase(
            try await open(catalog),
            reader: { try SQLiteEngine.open(.file(path), catalog: catalog, stamp: stamp, access: .inspect) },
            reopen: open, remove: { try? FileManager.default.removeItem(at: folder) })
    }

    static let memory = EngineContract("SQLite in memory") { catalog, stamp in
        TestDatabase(try SQLiteEngine.open(.memory, catalog: catalog, stamp: stamp))
    }

    @Test(arguments: EngineContract.all)
    func keepsItInAFile(_ check: Check) async throws { try await check.run(on: Self.file) }

    @Test(arguments: EngineContract.all)
    func keepsItInMemory(_ check: Check) async throws { try await check.run(on: Self.memory) }
}
