import CSQLite
import EDM
import Foundation
import JSON
import Synchronization
import Testing

@testable import Storage
@testable import StorageSQLite

/// Where the writer's thread waits for a test.
final class Gate: Sendable {
    private let held = Mutex(false)
    var isHeld: Bool { held.withLock { $0 } }

    func hold() {
        held.withLock { $0 = true }
        while isHeld { usleep(1000) }
    }

    func open() { held.withLock { $0 = false } }
}

@Suite("The commit protocol")
struct CommitTests {
    private func open(onHalt: @escaping @Sendable (String) -> Void = { _ in }) throws -> SQLiteEngine {
        try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .emulator, onHalt: onHalt)
    }

    /// Commits all as one group, in their order: they gather while the writer's thread is held up.
    private func commitTogether(
        _ changes: [ChangeSet], on engine: SQLiteEngine, meanwhile: @Sendable () async -> Void = {}
    ) async throws -> [CommitOutcome] {
        let writer = try #require(engine.writing).writer
        let gate = Gate()
        return try await withThrowingTaskGroup(of: (Int, CommitOutcome)?.self) { group in
            group.addTask {
                try await engine.perform { group in
                    group.maximumWork = .seconds(60)
                    gate.hold()
                }
                return nil
            }
            while !gate.isHeld { try await Task.sleep(for: .milliseconds(1)) }
            for (index, change) in changes.enumerated() {
                group.addTask { (index, await engine.commit(change)) }
                while writer.waiting <= index { try await Task.sleep(for: .milliseconds(1)) }
            }
            gate.open()
            await meanwhile()
            var outcomes: [Int: CommitOutcome] = [:]
            for try await answer in group { if let answer { outcomes[answer.0] = answer.1 } }
            return changes.indices.compactMap { outcomes[$0] }
        }
    }

    private func words(_ outcomes: [CommitOutcome]) -> [String] {
        outcomes.map { outcome in
            switch outcome {
            case .committed: "committed"
            case .conflict(let conflict): "conflict \(conflict)"
            case .unavailable: "unavailable"
            case .unknown: "unknown"
            }
        }
    }

    private func present(_ ids: [String], in engine: SQLiteEngine) async throws -> [Bool] {
        var present: [Bool] = []
        for id in ids { present.append(try await engine.get(Key("ticket", id), tenant: House.tenant) != nil) }
        return present
    }

    @Test("What waits together is one COMMIT")
    func oneCommitPerGroup() async throws {
        let engine = try open()
        let before = try await engine.counters()
        let outcomes = try await commitTogether((0..<20).map { change("c\($0)", puts: "d\($0)") }, on: engine)
        #expect(words(outcomes) == Array(repeating: "committed", count: 20))
        let after = try await engine.counters()
        #expect(after.groups == before.groups + 1)
        #expect(after.changeSets == before.changeSets + 20)
        await engine.close()
    }

    @Test("A change set is checked against those before it in its group, and takes nothing with it when it conflicts")
    func conflictsInsideAGroup() async throws {
        let engine = try open()
        var phantom = change("c3", puts: "z")
        phantom.reads.documents[Key("ticket", "a")] = .some(nil)
        let outcomes = try await commitTogether(
            [
                change("c1", puts: "a"), change("c2", puts: "a"), phantom, change("c1", puts: "x"),
                change("c5", puts: "b"),
            ],
            on: engine)
        #expect(
            words(outcomes) == [
                "committed", "conflict document(ticket/a)", "conflict document(ticket/a)", "conflict change",
                "committed",
            ])
        #expect(try await present(["a", "z", "x", "b"], in: engine) == [true, false, false, true])
        #expect(try await engine.counters().constraintSurprises == 0)
        await engine.close()
    }

    @Test("A group of conflicts only is ended without a COMMIT")
    func onlyConflicts() async throws {
        let engine = try open()
        _ = await engine.commit(change("c1", puts: "a"))
        let before = try await engine.counters()
        let outcomes = try await commitTogether([change("c2", puts: "a"), change("c3", puts: "a")], on: engine)
        #expect(words(outcomes) == Array(repeating: "conflict document(ticket/a)", count: 2))
        #expect(try await engine.counters().groups == before.groups)
        let isOpen = try await engine.perform { $0.writer.connection.isInTransaction }
        #expect(!isOpen)
        await engine.close()
    }

    @Test("A unique key that the checks couldn't see is a conflict, and is counted")
    func surprises() async throws {
        let engine = try open()
        _ = await engine.commit(change("c1", puts: "a"))
        var blind = change("c2", puts: "a")
        blind.reads = ChangeSet.Reads()
        #expect(words([await engine.commit(blind)]) == ["conflict document(ticket/a)"])
        #expect(try await engine.counters().constraintSurprises == 1)
        await engine.close()
    }

    @Test("Positions are dense, and those of a rolled-back change set are given again")
    func positions() async throws {
        let engine = try open()
        let store = House.store(engine)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    _ = try? await store.decide(in: House.tenant) { unit in
                        try unit.put(try House.ticket("same\(number % 3)"))
                        try unit.record(House.event)
                        try unit.record(House.event)
                    }
                }
            }
        }
        let log = try await engine.events(tenant: House.tenant, from: 0, limit: 1000)
        #expect(log.map(\.position) == (0..<Int64(log.count)).map { $0 })
        #expect(log.count == 6)
        await engine.close()
    }

    // MARK: Errors

    @Test("A full disk in the middle of a group undoes the whole group, and nothing of it goes on")
    func full() async throws {
        let engine = try open()
        _ = await engine.commit(change("c0", puts: "a"))
        let bytes = Array("{\"id\":\"big\",\"title\":\"\(String(repeating: "x", count: 200_000))\"}".utf8)
        var big = change("c2", puts: "big")
        big.writes = [
            ChangeSet.Write(
                key: Key("ticket", "big"), replacing: nil,
                row: ChangeSet.Row(
                    document: bytes, internals: Array("{}".utf8), settlesAt: nil,
                    columns: Array(repeating: .null, count: 5)),
                entriesAdded: [], entriesRemoved: [])
        ]
        try await engine.perform { group in
            let pages = try group.writer.connection.integer("PRAGMA page_count") ?? 0
            try group.writer.connection.run("PRAGMA max_page_count = \(pages + 4)")
        }
        let outcomes = try await commitTogether([change("c1", puts: "b"), big], on: engine)
        #expect(words(outcomes) == ["unavailable", "unavailable"])
        #expect(try await present(["a", "b", "big"], in: engine) == [true, false, false])
        try await engine.perform { try $0.writer.connection.run("PRAGMA max_page_count = 1000000") }
        #expect(
            words([await engine.commit(change("c1", puts: "b")), await engine.commit(big)]) == [
                "committed", "committed",
            ])
        await engine.close()
    }

    #if DEBUG
        /// At every statement of the group, one after the other.
        @Test(
            "A transaction that SQLite has undone by itself takes every job of its group with it",
            arguments: [SQLITE_FULL, SQLITE_IOERR, SQLITE_NOMEM, SQLITE_INTERRUPT])
        func lost(code: Int32) async throws {
            let engine = try open()
            for statement in [1, 2, 3, 5, 8, 12, 13] {
                let ids = (0..<3).map { "s\(statement)-\($0)" }
                engine.writing?.faults.loseTransaction(atStatement: statement, code: code)
                let outcomes = try await commitTogether(ids.map { change("c" + $0, puts: $0) }, on: engine)
                let answers = words(outcomes)
                let stored = try await present(ids, in: engine)
                #expect(stored == answers.map { $0 == "committed" }, "statement \(statement)")
                #expect(answers.contains("unavailable"), "statement \(statement)")
                #expect(answers.allSatisfy { $0 == "unavailable" || $0 == "committed" })
                // The group ends where it broke; what hadn't begun is a group of its own.
                let broken = answers.lastIndex(of: "unavailable") ?? 0
                #expect(answers[...broken].allSatisfy { $0 == "unavailable" }, "statement \(statement)")
                #expect(
                    words([await engine.commit(change("after\(statement)", puts: "after\(statement)"))]) == [
                        "committed"
                    ])
            }
            await engine.close()
        }

        @Test("A COMMIT that fails is unknown for everybody who waits, and halts the store", arguments: [true, false])
        func failedCommit(wasKept: Bool) async throws {
            let path = House.path()
            let halts = Mutex<[String]>([])
            let engine = try SQLiteEngine.open(
                .file(path), catalog: House.catalog, stamp: .production,
                onHalt: { text in halts.withLock { $0.append(text) } })
            _ = await engine.commit(change("c0", puts: "a"))
            engine.writing?.faults.plant(wasKept ? .commitFailsAfterwards : .commitFails)
            // The third is a conflict with the first, which may never have been: it doesn't learn that either.
            let outcomes = try await commitTogether(
                [change("c1", puts: "b"), change("c2", puts: "c"), change("c3", puts: "b")], on: engine)
            #expect(words(outcomes) == ["unknown", "unknown", "unknown"])
            #expect(halts.withLock { $0.count } == 1)
            #expect(words([await engine.commit(change("c4", puts: "d"))]) == ["unavailable"])
            await #expect(throws: StorageError.self) { try await engine.get(Key("ticket", "a"), tenant: House.tenant) }
            await #expect(throws: StorageError.self) { try await engine.now() }
            await engine.close()

            let next = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
            #expect(try await present(["a", "b", "c"], in: next) == [true, wasKept, wasKept])
            #expect(words([await next.commit(change("c1", puts: "e"))]) == [wasKept ? "conflict change" : "committed"])
            await next.close()
        }
    #endif

    @Test("What was read must still stand: versions, stamps, names and the window")
    func reads() async throws {
        let engine = try open()
        try await House.store(engine).add("a") { $0.owner = try? Document { $0.id = "o" } }
        let version = try #require(try await engine.get(Key("ticket", "a"), tenant: House.tenant)).version
        let value = IndexValue("ticket.owner", "o")
        #expect(try await engine.all(value, tenant: House.tenant, limit: 9).stamp == 1)
        func outcome(_ id: String, _ read: (inout ChangeSet) -> Void) async -> [String] {
            var changes = ChangeSet(id: id, tenant: House.tenant)
            read(&changes)
            return words([await engine.commit(changes)])
        }
        let now = try await engine.now()
        #expect(await outcome("1") { $0.reads.documents = [Key("ticket", "a"): version] } == ["committed"])
        #expect(
            await outcome("2") { $0.reads.documents = [Key("ticket", "a"): "x"] } == ["conflict document(ticket/a)"])
        #expect(
            await outcome("3") { $0.reads.documents = [Key("ticket", "a"): nil] } == ["conflict document(ticket/a)"])
        #expect(await outcome("4") { $0.reads.guarded = [value: 1] } == ["committed"])
        #expect(await outcome("5") { $0.reads.guarded = [value: 0] } == ["conflict \(Conflict.guarded(value))"])
        #expect(await outcome("6") { $0.reads.names = ["n": Key("ticket", "a")] } == ["conflict name(\"n\")"])
        #expect(await outcome("7") { $0.window.notAfter = now } == ["conflict window"])
        #expect(await outcome("8") { $0.window.notBefore = now + .days(1) } == ["conflict window"])
        #expect(await outcome("9") { $0.window.notBefore = now } == ["committed"])
        await engine.close()
    }

    @Test("A killed process loses nothing that was acknowledged")
    func killed() async throws {
        let path = House.path()
        let engine = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
        for number in 0..<50 { try await House.store(engine).add("t\(number)") }
        let copy = House.path()
        for suffix in ["", "-wal"] { try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix) }
        let second = try SQLiteEngine.open(.file(copy), catalog: House.catalog, stamp: .production)
        #expect(try await second.count(Query(Ticket.kind, tenant: House.tenant, visibility: .all)) == 50)
        #expect(try await second.events(tenant: House.tenant, from: 0, limit: 99).map(\.position).last == 49)
        await second.close()
        await engine.close()
    }

    @Test("An engine that nobody has any more gives its file back")
    func abandoned() async throws {
        let path = House.path()
        do {
            let engine = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production)
            try await House.store(engine).add("a")
        }
        for _ in 0..<1000 {
            if let next = try? SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .production) {
                return await next.close()
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        Issue.record("the file is still locked")
    }

    @Test("A change set of a kind that the database doesn't have stops no other")
    func unknownKind() async throws {
        let engine = try open()
        var strange = change("c1", puts: "a")
        strange.reads.documents = [Key("nothing", "x"): nil]
        let other = change("c2", puts: "c")
        let outcomes = try await commitTogether([strange, other, change("c3", puts: "b")], on: engine)
        #expect(words(outcomes) == ["unavailable", "committed", "committed"])
        await engine.close()
    }

    @Test("The log is moved into the database beside the writer, and stays within its bound")
    func checkpoints() async throws {
        let engine = try SQLiteEngine.open(.file(House.path()), catalog: House.catalog, stamp: .production)
        let store = House.store(engine)
        let text = String(repeating: "x", count: 100_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<4 {
                group.addTask {
                    for number in 0..<100 { try await store.add("\(lane)-\(number)") { $0.remark = text } }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await engine.counters().checkpoints > 0)
        let attributes = try FileManager.default.attributesOfItem(atPath: engine.path + "-wal")
        #expect((attributes[.size] as? Int ?? .max) < 2 * Checkpointer.maximumLogBytes)
        #expect(try await engine.count(Query(Ticket.kind, tenant: House.tenant, visibility: .all)) == 400)
        await engine.close()
    }

    @Test("An engine that is closed finishes what waits and refuses what comes later")
    func closing() async throws {
        let engine = try open()
        let outcomes = try await commitTogether((0..<5).map { change("c\($0)", puts: "d\($0)") }, on: engine) {
            await engine.close()
        }
        #expect(words(outcomes) == Array(repeating: "committed", count: 5))
        #expect(words([await engine.commit(change("late", puts: "late"))]) == ["unavailable"])
        await engine.close()
    }
}
