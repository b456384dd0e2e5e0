internal import EDM
internal import JSON
internal import Storage

/// What an answer to a reader is made from.
extension EngineContract {
    static let answers: [Check] = [
        Check("An answer that is begun after a commit's outcome shows the commit, on every way to look") { bench in
            let store = bench.store()
            try await bench.decide { try $0.add(Samples.grants, "a", status: .on) }
            for round in 1...20 {
                // Whatever an engine keeps for the next answer, it has now.
                _ = try await Seen(store)
                try await bench.decide { unit in
                    _ = try await unit.change(Samples.grants, "a") { $0.amount = Int64(round) }
                    try unit.add(Samples.grants, "\(round)", status: .on)
                }
                let seen = try await Seen(store)
                try expect(seen.byKey, equals: Int64(round), "the amount by the key in round \(round)")
                try expect(seen.inPage, equals: Int64(round), "the amount in a page in round \(round)")
                try expect(seen.decided, equals: Int64(round), "the amount that a dry run reads in round \(round)")
                try expect(seen.count, equals: round + 1, "the number of documents in round \(round)")
            }
        },
        Check("What an answer commits, it shows from then on") { bench in
            let store = bench.store()
            try await bench.decide { try $0.add(Samples.grants, "a", status: .on) }
            let amounts = try await store.answer { store in
                let before = try await amount("a", store)
                try await store.decide(in: Bench.tenant) { unit in
                    _ = try await unit.change(Samples.grants, "a") { $0.amount = 5 }
                }
                return [before, try await amount("a", store)]
            }
            try expect(amounts, equals: [0, 5], "the amounts before and after")
        },
        Check("An answer that asks consistently is of one state, whatever is committed meanwhile") { bench in
            try await bench.decide { unit in
                for id in ["a", "b"] { try unit.add(Samples.grants, id, status: .on) }
            }
            var changes = 0
            let seen = try await bench.store().answer(consistently: true) { store in
                let first = try await amount("a", store)
                changes += 1
                try await bench.decide { unit in
                    for id in ["a", "b"] { try await unit.change(Samples.grants, id) { $0.amount += 1 } }
                    try unit.add(Samples.grants, "c\(changes)", status: .on)
                }
                return Seen(
                    byKey: first, inPage: try await amount("b", store), decided: try await decided("b", store),
                    count: try await store.count(everything))
            }
            try expect(seen, equals: Seen(byKey: 0, inPage: 0, decided: 0, count: 2), "one state")
            try expect(try await Seen(bench.store()).byKey, equals: Int64(changes), "the newest state afterwards")
        },
        Check("An answer that is begun after a reset or a return shows it") { bench in
            let store = bench.store()
            try await bench.decide { try $0.add(Samples.grants, "a", status: .on, amount: 1) }
            try await bench.engine.saveSnapshot("one", without: [])
            try await bench.decide { unit in _ = try await unit.change(Samples.grants, "a") { $0.amount = 2 } }
            try expect(try await Seen(store).byKey, equals: 2, "the amount before")
            _ = try await bench.engine.restoreSnapshot("one", without: [])
            try expect(try await Seen(store).byKey, equals: 1, "the amount that was saved")
            try await bench.engine.reset(keeping: [])
            let row = try await store.answer {
                try await $0.read(Samples.grants, "a", tenant: Bench.tenant, visibility: .all)
            }
            try expect(row == nil, "nothing after a reset")
        },
        Check("A point read shows what a query for the id shows, to whomever") { bench in
            let odd = try OddThings(120, seed: 12)
            try await odd.put(on: bench)
            var sampler = FilterSampler(odd.things, seed: 13)
            let store = bench.store()
            for index in 0..<240 {
                let id = odd.things[index % odd.things.count].id
                let visibility = sampler.visibility()
                let listed = try await bench.engine.read(
                    Query(
                        Thing.kind, tenant: Bench.tenant, visibility: visibility,
                        filter: .compare(.id, .equal, .text(id)))
                ).first
                // Twice: an engine may have it at hand by then.
                for _ in 0..<2 {
                    let read = try await store.read(Thing.kind, id, tenant: Bench.tenant, visibility: visibility)
                    try expect(read, equals: listed, "what \(visibility) shows of \(id)")
                }
            }
        },
    ]

    private static let everything = Query(Samples.grants, tenant: Bench.tenant, visibility: .all)

    private static func amount(_ id: String, _ store: Store) async throws -> Int64? {
        try await store.read(Samples.grants, id, tenant: Bench.tenant, visibility: .all)?.amount
    }

    private static func decided(_ id: String, _ store: Store) async throws -> Int64? {
        try await store.preview(in: Bench.tenant) { try await $0.get(Samples.grants, id)?.document.amount }
    }

    /// One answer's look at a document on each way.
    private struct Seen: Equatable {
        var byKey: Int64?
        var inPage: Int64?
        var decided: Int64?
        var count: Int

        init(byKey: Int64?, inPage: Int64?, decided: Int64?, count: Int) {
            self.byKey = byKey
            self.inPage = inPage
            self.decided = decided
            self.count = count
        }

        init(_ store: Store) async throws {
            self = try await store.answer { store in
                Seen(
                    byKey: try await EngineContract.amount("a", store),
                    inPage: try await store.read(everything).first { $0.id == "a" }?.amount,
                    decided: try await EngineContract.decided("a", store), count: try await store.count(everything))
            }
        }
    }
}

extension ReadRow {
    fileprivate var amount: Int64? {
        guard case .number(let number)? = try? JSONReader.read(document, limits: .stored)[path: ["amount"]] else {
            return nil
        }
        return number.integer
    }
}
