import EDM
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct ClockTests {
        @Test("The clock can be read at any time, also while it is being moved", arguments: ["pool=1", "pool=8"])
        func movedClock(parameters: String) async throws {
            try await withEngine(parameters, stamp: .emulator) { engine, _ in
                let start = try await engine.now()
                let end = start + .hours(300)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask { while try await engine.now() < end { await Task.yield() } }
                    }
                    for hours in Int64(1)...300 { try await engine.setClock(start + .hours(hours)) }
                    try await group.waitForAll()
                }
            }
        }
    }
}
