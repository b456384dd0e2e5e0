internal import EDM
internal import JSON
internal import Storage

/// Filters, orders and pages: alike on every engine, whatever documents hold.
extension EngineContract {
    static let queries: [Check] = [
        Check("1,000 odd documents are found by 200 odd filters as the reference finds them") { bench in
            let (odd, answers) = try Answers.ofOddFilters.get()
            try await odd.put(on: bench)
            for answer in answers { try await expectSame(answer.query, answer.ids, on: bench) }
            let telling = answers.filter { !$0.ids.isEmpty && $0.ids.count < odd.things.count }
            try expect(telling.count > 100, "most of the filters find some and not all, not only \(telling.count)")
        },
        Check("Every operator finds what the reference finds, on every property, with every kind of value") { bench in
            let (odd, answers) = try Answers.ofEveryOperator.get()
            try await odd.put(on: bench)
            for answer in answers { try await expectSame(answer.query, answer.ids, on: bench) }
        },
        Check("A document keeps its bytes: what a query returns is what was put") { bench in
            let odd = try OddThings(200, seed: 4)
            try await odd.put(on: bench)
            let rows = try await bench.engine.read(Query(Thing.kind, tenant: Bench.tenant, visibility: .all))
            let found = Dictionary(
                rows.map { (Key("thing", $0.id), $0.document) }, uniquingKeysWith: { first, _ in first })
            for thing in odd.things {
                try expect(
                    found[Key("thing", thing.id)], equals: thing.document.members.bytes, "the bytes of \(thing.id)")
            }
        },
        Check("Filters of many terms, long lists and deep nesting are answered") { bench in
            let odd = try OddThings(50, seed: 5)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            let title = Field(path: ["title"], type: .text), code = Field(path: ["code"], type: .text)
            let many = OddValues.texts + (0..<200).map { "value \($0)" }
            var deep = Filter.compare(title, .notEqual, .null)
            for depth in 0..<30 { deep = depth.isMultiple(of: 2) ? .not(deep) : .and([deep, .constant(true)]) }
            let filters: [Filter] = [
                .isIn(title, many.map(FieldValue.text)), .isIn(code, many.map(FieldValue.text)), .isIn(title, []),
                .or(many.map { .compare(code, .equal, .text($0)) }), .entry(index: "thing.tag", values: many),
                .entry(index: "thing.tag", values: []), deep,
            ]
            for filter in filters {
                let query = Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter)
                try await expectSame(query, reference.ids(query), on: bench)
            }
        },
    ]

    /// - Throws: where the engine finds other documents, or finds them in another order, or counts otherwise.
    static func expectSame(_ query: Query, _ wanted: [String], on bench: Bench) async throws {
        let found = try await bench.engine.read(query).map(\.id)
        guard !zip(found, wanted).allSatisfy({ $0.isExactly($1) }) || found.count != wanted.count else { return }
        let missing = wanted.filter { id in !found.contains { $0.isExactly(id) } }
        let extra = found.filter { id in !wanted.contains { $0.isExactly(id) } }
        throw ContractViolation(
            "Expected: \(query.filter), seen by \(query.visibility), in the order \(query.order.map(\.field.path)), finds "
                + "\(wanted.count) documents as the reference does. Found \(found.count), without \(missing.prefix(3)), "
                + "with \(extra.prefix(3)), the rest \(missing.isEmpty && extra.isEmpty ? "in another order" : "aside")."
        )
    }
}
