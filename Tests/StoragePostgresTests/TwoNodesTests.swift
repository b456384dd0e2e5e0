import EDM
import JSON
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct TwoNodesTests {
        @Test("Two nodes that count on one document lose no count", arguments: modes)
        func counting(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                try await one.put(widget("w1") { $0.count = 0 })
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for node in [one, two, one, two] {
                        group.addTask {
                            for _ in 0..<15 { try await increment(on: node) }
                        }
                    }
                    try await group.waitForAll()
                }
                let row = try #require(try await two.get(Key("widget", "w1"), tenant: tenant))
                #expect(try Stored(Widget.kind, row).document.count == 60)
            }
        }

        @Test("Commits that share nothing but a guarded value's stamp all succeed", arguments: modes)
        func commuting(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, node) in [one, two, one, two].enumerated() {
                        group.addTask {
                            for round in 0..<15 {
                                let outcome = try await node.attempt {
                                    try $0.put(widget("w\(index)-\(round)") { $0.group = "hot" })
                                }
                                #expect(outcome.instant != nil)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let all = try await one.all(IndexValue("group", "hot"), tenant: tenant, limit: 100)
                #expect(all.rows.count == 60)
                #expect(all.stamp == 60)
            }
        }

        @Test("Positions are dense, never revised, and later than those of everything that was read")
        func density() async throws {
            try await withTwoNodes { one, two in
                try await one.put(widget("w1") { $0.count = 0 })
                var seen: [Int64: String] = [:]
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, node) in [one, two, one, two].enumerated() {
                        group.addTask {
                            for round in 0..<25 {
                                if round % 5 == 0 {
                                    try await increment(on: node)
                                } else {
                                    try await node.put(widget("w\(index)-\(round)"))
                                }
                            }
                        }
                    }
                    for node in [one, two] {
                        for _ in 0..<20 {
                            for event in try await node.events(tenant: tenant, from: 0, limit: 1000) {
                                #expect(seen.updateValue(event.id, forKey: event.position) ?? event.id == event.id)
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                let events = try await two.events(tenant: tenant, from: 0, limit: 1000)
                #expect(events.map(\.position) == Array(0..<101))
                // Each increment read the one before.
                let counts = try events.compactMap { try JSONReader.read($0.bytes)[path: ["facts", "count"]]?.integer }
                #expect(counts == Array(1...20))
                let increments = try events.filter { try JSONReader.read($0.bytes)[path: ["facts", "count"]] != nil }
                #expect(zip(increments, increments.dropFirst()).allSatisfy { $0.at < $1.at })
                for (position, id) in seen { #expect(events[Int(position)].id == id) }
                #expect(try await one.events(tenant: tenant, from: 99, limit: 1).map(\.position) == [99])
            }
        }

        @Test("Events of one change set keep their order, and the loop gives positions without being asked")
        func orderInAChange() async throws {
            try await withEngine { engine, database in
                let changes = try await engine.changes { unit in
                    for number in Int64(0)..<12 { try unit.record(happened(["number": .integer(number)])) }
                }
                #expect(await engine.commit(changes).instant != nil)
                for _ in 0..<100 {
                    let waiting = try TestServer.column(
                        "SELECT count(*) FROM \"directoryAudit\" WHERE position IS NULL", in: database)
                    if waiting == ["0"] { break }
                    try await Task.sleep(for: .milliseconds(10))
                }
                let rows = try TestServer.column("SELECT id FROM \"directoryAudit\" ORDER BY position", in: database)
                #expect(rows == changes.events.map(\.id))
                let events = try await engine.events(tenant: tenant, from: 0, limit: 100)
                #expect(events.map(\.bytes) == changes.events.map(\.bytes))
                #expect(events.map(\.leaf) == changes.events.map(\.leaf))
            }
        }

        @Test("A second node can't attach to a database whose clock moves")
        func emulator() async throws {
            try await withEngine(stamp: .emulator) { engine, database in
                await #expect(throws: StorageError.self) { try await open(database, stamp: .emulator) }
                await engine.close()
                let next = try await open(database, stamp: .emulator)
                await next.close()
            }
        }
    }
}

func increment(on node: PostgresEngine) async throws {
    while true {
        do {
            try await node.store.decide(in: tenant) { unit in
                var counter = try #require(try await unit.get(Widget.kind, "w1"))
                let count = (counter.document.count ?? 0) + 1
                counter.document.count = count
                try unit.put(counter)
                try unit.record(happened(["count": .integer(count)]))
            }
            return
        } catch StorageError.contended { continue }
    }
}
