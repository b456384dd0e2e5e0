import EDM
import Storage
import StorageContract
import StorageMemory
import Testing

@Suite("The contract of storage, kept in memory")
struct MemoryContractTests {
    static let contract = EngineContract("memory") {
        TestDatabase(MemoryEngine(catalog: $0, stamp: $1, clock: SystemClock.now))
    }

    @Test(arguments: EngineContract.all)
    func keeps(_ check: Check) async throws { try await check.run(on: Self.contract) }
}
