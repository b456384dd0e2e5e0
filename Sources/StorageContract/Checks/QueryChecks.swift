internal import EDM
internal import JSON
internal import Storage

/// Filters, orders and pages: alike on every engine, whatever documents hold.
extension EngineContract {
    static let queries: [Check] = [
        Check("1,000 odd documents are found by 200 odd filters as the reference finds them") { bench in
            let odd = try OddThings(1000, seed: 1)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            var sampler = FilterSampler(odd.things, seed: 2)
            var isTelling = 0
            for _ in 0..<200 {
                let query = Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: sampler.filter())
                let wanted = reference.ids(query)
                if !wanted.isEmpty, wanted.count < odd.things.count { isTelling += 1 }
                try await expectSame(query, wanted, on: bench)
            }
            try expect(isTelling > 100, "most of the filters find some and not all, not only \(isTelling)")
        },
        Check("Every operator finds what the reference finds, on every property, with every kind of value") { bench in
            let odd = try OddThings(80, seed: 3)
            try await odd.put(on: bench)
            let reference = Reference(things: odd.things)
            for field in FilterSampler.fields {
                for filter in Self.everyOperator(on: field) {
                    let query = Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter)
                    try await expectSame(query, reference.ids(query), on: bench)
                }
            }
        },
        Check("A document keeps its bytes: what a query returns is what was put") { bench in
            let odd = try OddThings(200, seed: 4)
            try await odd.put(on: bench)
            let rows = try await bench.engine.read(Query(Thing.kind, tenant: Bench.tenant, visibility: .all))
            let found = Dictionary(rows.map { (Key("thing", $0.id), $0.document) }, uniquingKeysWith: { first, _ in first })
            for thing in odd.things {
                try expect(found[Key("thing", thing.id)], equals: thing.document.members.bytes, "the bytes of \(thing.id)")
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

    private static func everyOperator(on field: Field) -> [Filter] {
        let values: [FieldValue] = switch field.type {
        case .text: ["", "B", "é", "e\u{301}", "%", "_", "inUse", "\u{FFFF}"].map(FieldValue.text)
        case .integer: [0, -1, 2, .max, .min].map(FieldValue.integer)
        case .boolean: [.boolean(true), .boolean(false)]
        case .instant: OddValues.instants.prefix(4).map(FieldValue.instant)
        }
        var filters: [Filter] = [.isIn(field, values), .isIn(field, [.null]), .not(.isIn(field, [.null] + values.prefix(1)))]
        for value in values + [.null] {
            for comparison in [Filter.Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual] {
                filters.append(.compare(field, comparison, value))
                filters.append(.not(.compare(field, comparison, value)))
            }
            guard case .text(let text) = value else { continue }
            for function in [Filter.TextFunction.startsWith, .endsWith, .contains] {
                filters.append(.text(function, field, text, ignoringCase: true))
                filters.append(.not(.text(function, field, text, ignoringCase: false)))
            }
        }
        return filters
    }

    /// - Throws: where the engine finds other documents, or finds them in another order, or counts otherwise.
    static func expectSame(_ query: Query, _ wanted: [String], on bench: Bench) async throws {
        let found = try await bench.engine.read(query).map(\.id)
        guard !zip(found, wanted).allSatisfy({ $0.isExactly($1) }) || found.count != wanted.count else { return }
        let missing = wanted.filter { id in !found.contains { $0.isExactly(id) } }
        let extra = found.filter { id in !wanted.contains { $0.isExactly(id) } }
        throw ContractViolation(
            "Expected: \(query.filter), seen by \(query.visibility), in the order \(query.order.map(\.field.path)), finds "
                + "\(wanted.count) documents as the reference does. Found \(found.count), without \(missing.prefix(3)), "
                + "with \(extra.prefix(3)), the rest \(missing.isEmpty && extra.isEmpty ? "in another order" : "aside").")
    }
}
