internal import EDM
internal import Storage

/// What the reference finds, found once for all engines of a process.
enum Answers {
    typealias Answer = (query: Query, ids: [String])

    /// 1,000 documents and 200 random filters over them.
    static let ofOddFilters = Result {
        let odd = try OddThings(1000, seed: 1)
        var sampler = FilterSampler(odd.things, seed: 2)
        return (odd, answers(odd, to: (0..<200).map { _ in sampler.filter() }))
    }

    /// Fewer documents, and each operator on each property with values of every kind.
    static let ofEveryOperator = Result {
        let odd = try OddThings(80, seed: 3)
        return (odd, answers(odd, to: FilterSampler.fields.flatMap(everyOperator)))
    }

    private static func answers(_ odd: OddThings, to filters: [Filter]) -> [Answer] {
        let reference = Reference(things: odd.things)
        return filters.map { filter in
            let query = Query(Thing.kind, tenant: Bench.tenant, visibility: .all, filter: filter)
            return (query, reference.ids(query))
        }
    }

    private static func everyOperator(on field: Field) -> [Filter] {
        let values: [FieldValue] =
            switch field.type {
            case .text: ["", "B", "é", "e\u{301}", "%", "_", "inUse", "\u{FFFF}"].map(FieldValue.text)
            case .integer: [0, -1, 2, .max, .min].map(FieldValue.integer)
            case .boolean: [.boolean(true), .boolean(false)]
            case .instant: OddValues.instants.prefix(4).map(FieldValue.instant)
            }
        var filters: [Filter] = [
            .isIn(field, values), .isIn(field, [.null]), .not(.isIn(field, [.null] + values.prefix(1))),
        ]
        for value in values + [.null] {
            for comparison in [Filter.Comparison.equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual] {
                filters.append(.compare(field, comparison, value))
                filters.append(.not(.compare(field, comparison, value)))
            }
            guard case .text(let text) = value else { continue }
            for function in [Filter.TextFunction.equals, .startsWith, .endsWith, .contains] {
                filters.append(.text(function, field, text, ignoringCase: true))
                filters.append(.not(.text(function, field, text, ignoringCase: false)))
            }
        }
        return filters
    }
}
