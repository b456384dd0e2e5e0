internal import EDM
internal import JSON
internal import Storage

extension EngineContract {
    static let pages: [Check] = [
        Check("Every order, up and down, is that of the reference: null first ascending, last descending") { bench in
            let odd = try OddThings(300, seed: 6)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            for order in Self.orders {
                let query = Query(Thing.kind, tenant: Bench.tenant, visibility: .all, order: order)
                try await expectSame(query, reference.ids(query), on: bench)
            }
        },
        Check("Pages that follow each other show every document once, in every order and under every filter") { bench in
            let odd = try OddThings(150, seed: 7)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            var sampler = FilterSampler(odd.things, seed: 8)
            for (index, order) in Self.orders.enumerated() {
                let filter = index.isMultiple(of: 2) ? .constant(true) : sampler.filter(depth: 1)
                let wanted = reference.ids(
                    Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter, order: order))
                var found: [String] = []
                var after: [FieldValue]?
                repeat {
                    let query = Query(
                        Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter, order: order, after: after,
                        limit: 19)
                    let page = try await bench.engine.read(query)
                    found += page.map(\.id)
                    after = try page.last.map { row in
                        Reference.values(
                            of: try JSONReader.read(row.document, limits: .stored).object ?? JSONObject(), query.order)
                    }
                } while after != nil && found.count <= wanted.count
                try expect(
                    found.map(FieldValue.text), equals: wanted.map(FieldValue.text),
                    "the pages in the order \(order.map { "\($0.field.path) \($0.isDescending)" })")
            }
        },
        Check("Skip and limit cut the answer, and the count knows nothing of them") { bench in
            let odd = try OddThings(60, seed: 9)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            let filter = Filter.compare(Field(path: ["title"], type: .text), .notEqual, .null)
            for (skip, limit) in [(0, 0), (0, 1), (5, 10), (59, 10), (60, 1), (1000, 5), (10, Int.max)] {
                for order in [[], Self.orders[1]] {
                    let query = Query(
                        Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter, order: order, skip: skip,
                        limit: limit)
                    try await expectSame(query, reference.ids(query), on: bench)
                    let all = reference.ids(Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter))
                    try expect(try await bench.engine.count(query), equals: all.count, "the count with skip \(skip)")
                }
            }
        },
    ]

    /// Each property up and down, and some together.
    static let orders: [[Query.Order]] = {
        let fields = FilterSampler.fields
        let pairs = [("rank", "title"), ("state", "rank"), ("isActive", "mood"), ("madeDateTime", "dueDateTime")]
        return fields.flatMap { field in [[Query.Order(field)], [Query.Order(field, descending: true)]] }
            + pairs.flatMap { one, other in
                let pair = [one, other].compactMap { name in fields.first { $0.path == [name] } }
                return [(false, false), (true, true), (true, false), (false, true)].map { up, down in
                    [Query.Order(pair[0], descending: up), Query.Order(pair[1], descending: down)]
                }
            }
    }()
}
