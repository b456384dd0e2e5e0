import EDM
import Storage
import StorageContract
import StorageMemory
import Synchronization
import Testing
import Text

@Suite("The engine in memory, for simulation")
struct MemoryEngineTests {
    /// Many commands under interference that a seed drives; what is left, as lines.
    private func history(seed: UInt64) async throws -> [String] {
        let generator = Mutex(SeededGenerator(seed: seed))
        func roll(_ sides: UInt64) -> UInt64 { generator.withLock { $0.next() % sides } }
        let bank = Bank(interference: { _ in
            switch generator.withLock({ $0.next() % 6 }) {
            case 0: .conflict(.locked)
            case 1: .unavailable("down")
            case 2: .unknown("lost", applied: true)
            case 3: .unknown("lost", applied: false)
            default: nil
            }
        })
        var lines: [String] = []
        for _ in 0..<200 {
            let id = "\(roll(5))"
            do {
                try await bank.decide { unit in
                    guard var coin = try await unit.get(Coin.kind, id) else { return try unit.mint(id, name: id) }
                    coin.document.value = (coin.document.value ?? 0) + 1
                    try unit.put(coin)
                    try unit.record(.coin("changed"))
                }
            } catch { lines.append("\(error)") }
        }
        let rows = try await bank.engine.read(Query(Coin.kind, tenant: Bank.tenant, visibility: .all))
        lines += rows.map { "\($0.version) \(String(decoding: $0.document, as: UTF8.self))" }
        return try await lines
            + bank.engine.events(tenant: Bank.tenant, from: 0, limit: 1000).map { "\($0.id) \($0.leaf.hex)" }
    }

    @Test("One seed tells one story, and another seed another")
    func deterministic() async throws {
        let one = try await history(seed: 1)
        #expect(one.count > 100)
        #expect(try await history(seed: 1) == one)
        #expect(try await history(seed: 2) != one)
    }

    @Test("An interference may run another command to its end before a commit, which then conflicts")
    func interleaving() async throws {
        let rival = Mutex<(@Sendable () async throws -> Void)?>(nil)
        let bank = Bank(interference: { _ in
            let run = rival.withLock { rival in
                defer { rival = nil }
                return rival
            }
            try? await run?()
            return nil
        })
        try await bank.decide { try $0.mint("a") }
        let add: @Sendable (Int64) async throws -> Void = { amount in
            try await bank.decide { unit in
                guard var coin = try await unit.get(Coin.kind, "a") else { return }
                coin.document.value = (coin.document.value ?? 0) + amount
                try unit.put(coin)
                try unit.record(.coin("changed"))
            }
        }
        rival.withLock { $0 = { try await add(10) } }
        try await add(100)
        #expect(try await bank.decide { try await $0.get(Coin.kind, "a")?.document.value } == 111)
    }
}
