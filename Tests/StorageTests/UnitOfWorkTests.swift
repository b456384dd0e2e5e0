import EDM
import JSON
import StorageContract
import StorageMemory
import Testing

@_spi(Decisions) @testable import Storage

@Suite("A unit of work")
struct UnitOfWorkTests {
    private let bank = Bank()

    /// The change set of a command, which isn't committed.
    private func changes(_ command: (inout UnitOfWork) async throws -> Void) async throws -> ChangeSet {
        var unit = UnitOfWork(
            bank.engine, catalog: bank.engine.catalog, entropy: SeededEntropy(seed: 7), tenant: Bank.tenant,
            now: Bank.start, settling: [])
        try await command(&unit)
        return try unit.changeSet()
    }

    @Test("Its window is what all its rules leave of it")
    func window() async throws {
        let changes = try await changes { unit in
            unit.stands(until: Bank.start + .hours(2))
            unit.stands(until: Bank.start + .hours(1))
            unit.stands(until: Bank.start + .hours(3))
            unit.stands(from: Bank.start - .hours(2))
            unit.stands(from: Bank.start - .hours(1))
            try unit.record(.coin("x"))
        }
        #expect(changes.window.notAfter == Bank.start + .hours(1))
        #expect(changes.window.notBefore == Bank.start - .hours(1))
        #expect(changes.window.contains(Bank.start - .hours(1)), "the beginning is inside")
        #expect(!changes.window.contains(Bank.start + .hours(1)), "the end is outside")
    }

    @Test("It computes entries added and removed, and the stamps that move")
    func entries() async throws {
        try await bank.decide { unit in
            let document = try Document<Coin> {
                $0.id = "a"; $0.name = "one"
            }
            try unit.put(Stored(Coin.kind, id: "a", document, internals: ["colour": "red"], settlesAt: nil))
            try unit.record(.coin("minted"))
        }
        let changes = try await changes { unit in
            guard var coin = try await unit.get(Coin.kind, "a") else { return }
            coin.document.name = "two"
            coin.internals["colour"] = "blue"
            try unit.put(coin)
            try unit.mint("b", name: "three")
            try unit.record(.coin("changed"))
        }
        let write = try #require(changes.writes.first)
        #expect(write.entriesAdded == [IndexValue("coin.colour", "blue"), IndexValue("coin.name", "two")])
        #expect(write.entriesRemoved == [IndexValue("coin.colour", "red"), IndexValue("coin.name", "one")])
        #expect(write.row?.columns.first == .text("two"))
        #expect(
            changes.movedStamps(bank.engine.catalog) == ["one", "three", "two"].map { IndexValue("coin.name", $0) },
            "only those of guarded indexes, in order")
        #expect(changes.writes.map(\.key) == [Key("coin", "a"), Key("coin", "b")])
        #expect(changes.writes.map { $0.replacing == nil } == [false, true])
    }

    @Test("A change that leaves a document where it is moves no stamp")
    func unmovedStamp() async throws {
        try await bank.decide { try $0.mint("a", name: "one") }
        let changes = try await changes { unit in
            guard var coin = try await unit.get(Coin.kind, "a") else { return }
            coin.document.value = 2
            try unit.put(coin)
            try unit.record(.coin("changed"))
        }
        #expect(changes.writes.count == 1)
        #expect(changes.movedStamps(bank.engine.catalog) == [])
    }

    @Test("It remembers each read once, absence and freedom included")
    func reads() async throws {
        let changes = try await changes { unit in
            for _ in 0..<2 {
                _ = try await unit.get(Coin.kind, "absent")
                _ = try await unit.all(Coin.names, of: Coin.kind, "none")
                _ = try await unit.holder(of: "free")
            }
            try unit.record(.coin("x"))
        }
        #expect(changes.reads.documents == [Key("coin", "absent"): nil])
        #expect(changes.reads.guarded == [IndexValue("coin.name", "none"): 0])
        #expect(changes.reads.names == ["free": nil])
        #expect(changes.reads.count == 3)
    }

    @Test("What it puts and deletes itself is no write; discarded, it keeps its reads and its window")
    func nothing() async throws {
        let changes = try await changes { unit in
            try unit.mint("a", name: "n")
            if let coin = try await unit.get(Coin.kind, "a") {
                _ = try await unit.standing(on: coin.key)
                unit.delete(coin)
            }
        }
        #expect(changes.writes.isEmpty)
        let discarded = try await self.changes { unit in
            _ = try await unit.get(Coin.kind, "b")
            unit.stands(until: Bank.start + .hours(1))
            unit.take("name", for: Key("coin", "b"))
            try unit.mint("b")
            unit.discardChanges()
        }
        #expect(discarded.writes.isEmpty && discarded.names.isEmpty && discarded.events.isEmpty)
        #expect(discarded.reads.documents == [Key("coin", "b"): nil])
        #expect(discarded.window.notAfter == Bank.start + .hours(1))
    }

    @Test("Messages carry their bodies whole and are numbered in their order")
    func deliveries() async throws {
        let changes = try await changes { unit in
            for index in Int64(0)..<3 {
                try unit.deliver("mail", stream: "s", body: ["id": .integer(index), "type": "t"])
            }
            try unit.record(.coin("x"))
        }
        let documents = try changes.writes.map { try JSONReader.read($0.row?.document ?? []) }
        #expect(Set(documents.map { $0[path: ["number"]]?.integer }) == [0, 1, 2])
        #expect(documents.allSatisfy { $0[path: ["type"]] == "mail" && $0[path: ["body", "type"]] == "t" })
    }
}
