import EDM
import Synchronization
import Testing

@testable import Storage
@testable import StoragePostgres

/// Experiments, as tests: what would go wrong with less than this protocol.
extension PostgresTests {
    @Suite struct IsolationTests {
        @Test("Of two who each watch the other, never both are off (no write skew)", arguments: modes)
        func writeSkew(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                try await one.put(widget("a") { $0.flag = true }, widget("b") { $0.flag = true })
                let violations = Counter()
                let changes = Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            let node = task % 2 == 0 ? one : two
                            let (mine, other) = task % 4 < 2 ? ("a", "b") : ("b", "a")
                            for round in 0..<40 {
                                var wereBothOff = false
                                let outcome = try await node.attempt { unit in
                                    let others = try #require(try await unit.get(Widget.kind, other))
                                    var own = try #require(try await unit.get(Widget.kind, mine))
                                    wereBothOff = others.document.flag == false && own.document.flag == false
                                    // Only where the other is on may this one go off.
                                    own.document.flag = round % 2 == 0 && others.document.flag == true ? false : true
                                    try unit.put(own)
                                }
                                // What was read is only known to have been so where the commit says it was.
                                if outcome.instant != nil, wereBothOff { violations.add() }
                                if outcome.instant != nil { changes.add() }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(violations.count == 0)
                #expect(changes.count > 40)
            }
        }

        @Test("No activation survives the removal of what it stands on", arguments: modes)
        func orphans(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                let activations = Counter(), removals = Counter(), orphans = Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            let node = task % 2 == 0 ? one : two
                            for round in 0..<60 {
                                var done = Act.none
                                let outcome = try await node.attempt { unit in
                                    done = try await act(&unit, "e\(round % 2)", "\(task)-\(round)", removes: task < 3)
                                }
                                guard outcome.instant != nil else { continue }
                                if done == .activated { activations.add() }
                                if case .removed(let found) = done {
                                    removals.add()
                                    for _ in 0..<found { orphans.add() }
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(activations.count > 10)
                #expect(removals.count > 10)
                #expect(orphans.count == 0)
                for id in ["e0", "e1"] {
                    let standing = try await one.all(
                        IndexValue("standsOn", "widget/" + id), tenant: tenant, limit: 1000)
                    let eligibility = try await one.get(Key("widget", id), tenant: tenant)
                    for row in standing.rows {
                        #expect(try Stored(Order.kind, row).document.version == eligibility?.version)
                    }
                }
            }
        }

        private enum Act: Sendable, Equatable {
            case none, activated
            /// How many were found that stood on an eligibility that had been removed before.
            case removed(orphans: Int)
        }

        /// Makes an eligibility where there is none, removes it with all that stands on it, or activates it.
        private func act(
            _ unit: inout UnitOfWork, _ id: String, _ activation: String, removes: Bool
        ) async throws -> Act {
            guard let eligibility = try await unit.get(Widget.kind, id) else {
                try unit.put(widget(id))
                return .none
            }
            guard removes else {
                var order = try order(activation, on: ["widget/" + id])
                order.document.version = eligibility.version
                try unit.put(order)
                return .activated
            }
            var orphans = 0
            for row in try await unit.standing(on: eligibility.key) {
                let found = try await unit.get(Order.kind, row.key.id)
                let standing = try #require(found)
                // An eligibility that was removed may have been made again; what stood on the first one is an orphan.
                if standing.document.version != eligibility.version { orphans += 1 }
                unit.delete(standing)
            }
            unit.delete(eligibility)
            return .removed(orphans: orphans)
        }

        @Test("Random commits over many keys never lock each other out", arguments: modes)
        func deadlocks(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                try await withThrowingTaskGroup(of: Int.self) { group in
                    for task in 0..<8 {
                        group.addTask {
                            let node = task % 2 == 0 ? one : two
                            var committed = 0
                            for round in 0..<50 {
                                let outcome = try await node.attempt { unit in
                                    for id in (0..<12).shuffled().prefix(5) {
                                        try await touch("w\(id)", in: &unit, round)
                                    }
                                    for id in (0..<6).shuffled().prefix(2) {
                                        let name = "n\(id)", key = Key("widget", "w\(id)")
                                        if try await unit.holder(of: name) == nil {
                                            unit.take(name, for: key)
                                        } else {
                                            unit.release(name, from: key)
                                        }
                                    }
                                }
                                if case .committed = outcome { committed += 1 }
                                if case .unavailable(let reason) = outcome { Issue.record("\(reason)") }
                            }
                            return committed
                        }
                    }
                    var committed = 0
                    for try await count in group { committed += count }
                    #expect(committed > 20)
                }
                // The server's own count, which it keeps up to date within a second.
                try await Task.sleep(for: .milliseconds(1200))
                let count = Statement("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
                #expect(try await one.load([count])[0].rows[0].integer(0) == 0)
            }
        }

        @Test("Who moves a stamp gets through the crowd that reads it", arguments: modes)
        func crowd(mode: String) async throws {
            try await withTwoNodes(mode) { one, two in
                let decisions = Counter(), isOver = Counter()
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for task in 0..<12 {
                        group.addTask {
                            for round in 0... {
                                guard isOver.count == 0 else { break }
                                let outcome = try await (task % 2 == 0 ? one : two).attempt { unit in
                                    _ = try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, "hot")
                                    try unit.put(widget("d\(task)-\(round)"))
                                }
                                if outcome.instant != nil { decisions.add() }
                            }
                        }
                    }
                    var round = 0
                    while round < 10 || decisions.count <= 10 {
                        let outcome = try await one.attempt { try $0.put(widget("w\(round)") { $0.group = "hot" }) }
                        #expect(outcome.instant != nil)
                        round += 1
                    }
                    isOver.add()
                    try await group.waitForAll()
                }
            }
        }

        private func touch(_ id: String, in unit: inout UnitOfWork, _ round: Int) async throws {
            guard var found = try await unit.get(Widget.kind, id) else {
                try unit.put(widget(id) { $0.group = "g\(round % 3)" })
                return
            }
            switch Int.random(in: 0..<4) {
            case 0: unit.delete(found)
            case 1: break
            default:
                found.document.group = "g\(Int.random(in: 0..<3))"
                try unit.put(found)
            }
        }
    }
}

private final class Counter: Sendable {
    private let value = Mutex(0)
    var count: Int { value.withLock { $0 } }
    func add() { value.withLock { $0 += 1 } }
}
