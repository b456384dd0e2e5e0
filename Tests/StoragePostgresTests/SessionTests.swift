import EDM
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct SessionTests {
        /// A document, read in an answer that rests on two facts.
        private func read(_ store: Store) async throws -> ReadRow? {
            try await store.answer { store in
                for name in ["isEnabled", "groups"] {
                    _ = try await store.cached(name, for: "somebody", in: tenant) { unit in
                        _ = try await unit.get(Widget.kind, "a")
                        _ = try await unit.get(Widget.kind, "absent")
                        _ = try await unit.holder(of: "free")
                        return try await unit.all(Widget.kind.typedIndexes[0], of: Widget.kind, name).count
                    }
                }
                return try await store.read(Widget.kind, "a", tenant: tenant, visibility: .all)
            }
        }

        @Test("Facts that are at hand are checked in the trip that reads the document", arguments: modes)
        func oneTrip(parameters: String) async throws {
            try await withEngine(parameters) { engine, _ in
                let store = engine.store
                try await engine.put(try widget("a"))
                for change in ["isEnabled", "nobody's", "groups"] {
                    // After a change the facts are read anew.
                    #expect(try await read(store) != nil)
                    let warm = engine.roundTrips
                    #expect(try await read(store) != nil)
                    #expect(engine.roundTrips == warm + 1)
                    try await engine.put(try widget("of \(change)") { $0.group = change })
                }
            }
        }

        @Test("What one node has disabled, the other refuses from its very next question on")
        func twoNodes() async throws {
            try await withTwoNodes { first, second in
                let store = second.store
                try await first.put(try widget("somebody") { $0.flag = true })
                func isEnabled() async throws -> Bool? {
                    try await store.cached("isEnabled", for: "somebody", in: tenant) { unit in
                        try await unit.get(Widget.kind, "somebody")?.document.flag
                    }
                }
                for flag in [true, false, true, false] {
                    try await first.store.decide(in: tenant) { unit in
                        guard var stored = try await unit.get(Widget.kind, "somebody") else { return }
                        stored.document.flag = flag
                        try unit.put(stored)
                        try unit.record(happened())
                    }
                    #expect(try await isEnabled() == flag)
                    #expect(try await isEnabled() == flag, "from what is kept")
                }
            }
        }

        @Test("Answers that are each of one state don't take the connections that others need")
        func leases() async throws {
            try await withEngine("pool=2") { engine, _ in
                try await engine.put(try widget("a"))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            try await engine.store.answer(consistently: true) { store in
                                let row = try await store.read(
                                    Widget.kind, "a", tenant: tenant, visibility: .all)
                                // Outside the answer's session.
                                #expect(
                                    try await engine.get(Key("widget", "a"), tenant: tenant)?.version == row?.version)
                                _ = try await store.count(Query(Widget.kind, tenant: tenant, visibility: .all))
                            }
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
