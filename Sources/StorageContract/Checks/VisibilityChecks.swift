internal import EDM
internal import Storage

/// What a caller may see, on every way to look.
extension EngineContract {
    static let visibility: [Check] = [
        Check("All, none and unions of terms show what the reference shows, under filters, orders, pages and counts") {
            bench in
            let odd = try OddThings(300, seed: 10)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            var sampler = FilterSampler(odd.things, seed: 11)
            for index in 0..<80 {
                let query = Query(
                    Thing.kind, tenant: Bench.tenant, visibility: sampler.visibility(),
                    filter: sampler.filter(depth: 1),
                    order: orders[index % orders.count], skip: index % 3, limit: 20)
                try await expectSame(query, reference.ids(query), on: bench)
                var all = query
                all.skip = 0
                all.limit = .max
                try expect(try await bench.engine.count(query), equals: reference.ids(all).count, "the count")
            }
        },
        Check("A document that meets several terms is shown and counted once") { bench in
            try await bench.decide { unit in
                for index in 0..<5 { try unit.add(Samples.grants, "\(index)", status: .on, on: ["a", "b", "c"]) }
                try unit.add(Samples.grants, "hidden", status: .off, on: ["d"])
            }
            let footings = ["a", "b", "c"].map { UnitOfWork.footing(Key("base", $0)) }
            let query = Query(
                Samples.grants, tenant: Bench.tenant,
                visibility: .union([
                    .entry(index: UnitOfWork.standsOn, values: footings),
                    .entry(index: UnitOfWork.standsOn, values: Array(footings.prefix(1))),
                    .column(Field(path: ["status"], type: .text), in: [.text("on")]),
                ]))
            try expect(
                try await bench.engine.read(query).map(\.id), equals: ["0", "1", "2", "3", "4"], "what is shown")
            try expect(try await bench.engine.count(query), equals: 5, "what is counted")
        },
        Check("A point read shows nothing that a list wouldn't") { bench in
            let store = bench.store()
            try await bench.decide { try $0.add(Samples.grants, "g", status: .on) }
            let status = Field(path: ["status"], type: .text)
            let cases: [(Visibility, Bool)] = [
                (.all, true), (.none, false), (.union([]), false), (.union([.column(status, in: [.text("on")])]), true),
                (.union([.column(status, in: [.text("off")])]), false), (.union([.column(status, in: [])]), false),
            ]
            for (visibility, isShown) in cases {
                let row = try await store.read(Samples.grants, "g", tenant: Bench.tenant, visibility: visibility)
                try expect(row != nil, equals: isShown, "whether \(visibility) shows it")
            }
        },
    ]
}
