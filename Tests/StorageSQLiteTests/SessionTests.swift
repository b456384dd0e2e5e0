import EDM
import Foundation
import JSON
import Synchronization
import Testing

@testable import Storage
@testable import StorageSQLite

@Suite("Sessions on SQLite")
struct SessionTests {
    private func open(_ path: String = House.path()) throws -> SQLiteEngine {
        try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .emulator)
    }

    private func read(_ id: String, _ store: Store) async throws -> ReadRow? {
        try await store.read(Ticket.kind, id, tenant: House.tenant, visibility: .all)
    }

    @Test("The next answer goes on in the snapshot of the last while nothing is committed, and a row is read once")
    func statements() async throws {
        let engine = try open()
        let store = House.store(engine)
        for id in ["a", "b"] { try await store.add(id) }
        let trace = StatementTrace()
        _ = try await read("a", store)
        try await trace.watch(engine)
        _ = try await read("a", store)
        _ = trace.takeReads()
        _ = try await read("b", store)
        #expect(trace.takeReads().count == 1, "the row, in a snapshot that is open")
        _ = try await read("b", store)
        #expect(trace.takeReads() == [], "a row that is at hand")
        try await store.add("c")
        _ = try await read("b", store)
        #expect(trace.takeReads() == [], "a commit leaves rows at hand that it didn't write")
        _ = try await read("c", store)
        #expect(trace.takeReads().count == 1, "a row that was written")
        await engine.close()
    }

    @Test("A kept snapshot ends by itself in time")
    func timer() async throws {
        let engine = try open()
        let store = House.store(engine)
        try await store.add("a")
        // A test on a busy machine may come too late to see it.
        var wasKept = false
        for _ in 0..<1000 where !wasKept {
            _ = try await engine.count(Query(Ticket.kind, tenant: House.tenant, visibility: .all))
            wasKept = engine.readers.keptSnapshots == 1
        }
        #expect(wasKept)
        let start = ContinuousClock.now
        while engine.readers.keptSnapshots > 0, .now - start < .seconds(30) {
            try await Task.sleep(for: .milliseconds(1))
        }
        #expect(engine.readers.keptSnapshots == 0)
        await engine.close()
    }

    @Test("The log of an engine that is read and written all the time stays small")
    func logSize() async throws {
        let path = House.path()
        let engine = try open(path)
        let store = House.store(engine)
        try await store.add("0")
        // Bytes as they are: what is measured is the log, not JSON.
        let document = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let isOver = Flag()
            group.addTask {
                defer { isOver.set() }
                for number in 1...150 {
                    var changes = ChangeSet(id: "c\(number)", tenant: House.tenant)
                    changes.writes = [
                        ChangeSet.Write(
                            key: Key("ticket", "\(number)"), replacing: nil,
                            row: ChangeSet.Row(
                                document: document, internals: Array("{}".utf8), settlesAt: nil,
                                columns: Array(repeating: .null, count: 5)), entriesAdded: [], entriesRemoved: [])
                    ]
                    guard case .committed = await engine.commit(changes) else {
                        Issue.record("change \(number) wasn't committed")
                        return
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    while !isOver.isSet {
                        _ = try await store.read(Ticket.kind, "0", tenant: House.tenant, visibility: .all)
                        _ = try await engine.get(Key("ticket", "0"), tenant: House.tenant)
                        await Task.yield()
                    }
                }
            }
            try await group.waitForAll()
        }
        // 150 MB were written. Past its bound of 64 MiB the log has to begin again, whoever reads meanwhile.
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
        #expect(size < 100 << 20, "the log has grown to \(size) bytes")
        await engine.close()
    }

    @Test("A row that isn't what it should be fails alone")
    func corrupt() async throws {
        let engine = try open()
        let store = House.store(engine)
        for id in ["a", "b"] { try await store.add(id) }
        try await engine.perform { group in
            try group.transaction { try $0.run("UPDATE ticket SET document = '{\"id\":1}' WHERE id = 'a'") }
        }
        await #expect {
            try await store.preview(in: House.tenant) { _ = try await $0.get(Ticket.kind, "a") }
        } throws: { error in
            if case StorageError.corrupt(Key("ticket", "a"), _) = error { true } else { false }
        }
        let other = try await store.preview(in: House.tenant) { try await $0.get(Ticket.kind, "b")?.id }
        #expect(other == "b")
        await engine.close()
    }

    @Test("Beside a server nothing is kept: each answer sees what the server has committed")
    func inspecting() async throws {
        let path = House.path()
        let engine = try open(path)
        let other = try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .emulator, access: .inspect)
        let here = House.store(engine), there = House.store(other)
        for number in 0..<10 {
            try await here.add("\(number)")
            #expect(try await read("\(number)", there) != nil)
            #expect(other.readers.keptSnapshots == 0)
        }
        await other.close()
        await engine.close()
    }
}

private final class Flag: Sendable {
    private let value = Mutex(false)
    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}
