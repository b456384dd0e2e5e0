import EDM
import Storage
import StorageContract
import StorageMemory
import Testing

@Suite("The contract finds every planted flaw")
struct FlawTests {
    @Test("An engine with this flaw breaks a promise", arguments: Flaw.allCases)
    func isFound(_ flaw: Flaw) async throws {
        let contract = EngineContract("memory with \(flaw)") { catalog, stamp in
            TestDatabase(FlawedEngine(MemoryEngine(catalog: catalog, stamp: stamp, clock: SystemClock.now), flaw))
        }
        var broken: [String] = []
        for check in EngineContract.all where broken.isEmpty {
            do { try await check.run(on: contract) } catch { broken.append(check.name) }
        }
        #expect(!broken.isEmpty, "no check finds \(flaw)")
    }
}
