import EDM
import Storage
import StorageMemory
import Synchronization
import Testing

@Suite("Deciding")
struct StoreTests {
    @Test("A command that conflicts every time runs ten times, and then is told that others want the same")
    func contended() async throws {
        let bank = Bank(interference: { _ in .conflict(.locked) })
        var runs = 0
        var ids: Set<String> = []
        await #expect(throws: StorageError.contended) {
            try await bank.decide { unit in
                runs += 1
                ids.insert(unit.changeID)
                try unit.mint("a")
            }
        }
        #expect(runs == 10)
        #expect(ids.count == 10, "each run has an id of its own")
    }

    @Test("A command that conflicts nine times succeeds at the tenth")
    func tenth() async throws {
        let commits = Mutex(0)
        let bank = Bank(interference: { _ in
            commits.withLock {
                $0 += 1; return $0 < 10 ? .conflict(.window) : nil
            }
        })
        try await bank.decide { try $0.mint("a") }
        #expect(commits.withLock { $0 } == 10)
    }

    @Test("An unavailable store and an unknown outcome are told at once, and told apart")
    func failures() async throws {
        for (interference, error) in [
            (Interference.unavailable("full"), StorageError.unavailable("full")),
            (.unknown("lost", applied: true), .unknown("lost")), (.unknown("lost", applied: false), .unknown("lost")),
        ] {
            let bank = Bank(interference: { _ in interference })
            var runs = 0
            await #expect(throws: error) {
                try await bank.decide { unit in
                    runs += 1
                    try unit.mint("a")
                }
            }
            #expect(runs == 1)
            let isThere = try await bank.engine.get(Key("coin", "a"), tenant: Bank.tenant) != nil
            #expect(isThere == (interference == .unknown("lost", applied: true)))
        }
    }

    @Test("A dry run commits nothing, whatever it does and however it ends")
    func preview() async throws {
        let commits = Mutex(0)
        let bank = Bank(interference: { _ in
            commits.withLock { $0 += 1 }
            return nil
        })
        let value = try await bank.store.preview(in: Bank.tenant) { unit in
            try unit.mint("a", value: 3)
            return try await unit.get(Coin.kind, "a")?.document.value
        }
        #expect(value == 3)
        await #expect(throws: Bust()) { try await bank.store.preview(in: Bank.tenant) { _ in throw Bust() } }
        #expect(commits.withLock { $0 } == 0)
    }

    @Test("A dry run is refused for its size like the real one")
    func oversizedPreview() async throws {
        await #expect {
            try await Bank().store.preview(in: Bank.tenant) { unit in
                for index in 0..<257 { try unit.mint("\(index)") }
            }
        } throws: { error in
            if case StorageError.tooLarge = error { true } else { false }
        }
    }

    @Test("A command, real or dry, settles as many overdue documents as it meets")
    func manyOverdue() async throws {
        let bank = Bank([
            "coin": { unit, id in
                guard var coin = try await unit.get(Coin.kind, id), coin.settlesAt != nil else { return }
                coin.settlesAt = nil
                try unit.put(coin)
                try unit.record(.coin("settled"))
            }
        ])
        for round in ["a", "b"] {
            try await bank.decide { unit in
                for index in 0..<30 { try unit.mint("\(round)\(index)", settlesAt: Bank.start) }
            }
            let command: (inout UnitOfWork) async throws -> Void = { unit in
                for index in 0..<30 { _ = try await unit.get(Coin.kind, "\(round)\(index)") }
            }
            if round == "a" {
                try await bank.decide(command)
            } else {
                try await bank.store.preview(in: Bank.tenant, command)
            }
            #expect(try await bank.engine.nextSettling() == nil)
        }
    }

    @Test("A settler that doesn't move its document on is given up, and nothing passes the deadline")
    func stuckSettler() async throws {
        let bank = Bank(["coin": { _, _ in }])
        try await bank.decide { try $0.mint("a", settlesAt: Bank.start) }
        await #expect(throws: StorageError.contended) {
            try await bank.decide { _ = try await $0.get(Coin.kind, "a") }
        }
    }

    @Test("Two reads of one run that saw different states start it again before it commits")
    func tornReads() async throws {
        let bank = Bank()
        try await bank.decide { try $0.mint("a", name: "n") }
        var runs = 0, reached = 0
        let value = try await bank.decide { unit in
            runs += 1
            _ = try await unit.get(Coin.kind, "a")
            if runs == 1 {
                try await bank.decide { unit in
                    guard var coin = try await unit.get(Coin.kind, "a") else { return }
                    coin.document.value = 2
                    try unit.put(coin)
                    try unit.record(.coin("changed"))
                }
            }
            let coins = try await unit.all(Coin.names, of: Coin.kind, "n")
            reached += 1
            return coins.first?.document.value
        }
        #expect(value == 2)
        #expect(runs == 2 && reached == 1)
    }

    @Test("A refusal whose event meets a conflict is decided again")
    func refusalConflicts() async throws {
        let commits = Mutex(0)
        let bank = Bank(interference: { _ in
            commits.withLock {
                $0 += 1; return $0 == 1 ? .conflict(.window) : nil
            }
        })
        var runs = 0
        await #expect(throws: Bust()) {
            try await bank.decide { _ in
                runs += 1
                throw Bust()
            }
        }
        #expect(runs == 2)
        #expect(try await bank.engine.events(tenant: Bank.tenant, from: 0, limit: 10).count == 1)
    }
}
