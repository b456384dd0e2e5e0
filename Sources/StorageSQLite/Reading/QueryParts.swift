internal import Storage

/// A query taken apart: what every row must meet, and the alternatives of which it must meet one.
struct QueryParts {
    let from: String
    let filters: FilterSQL
    /// Whether at most one document can match.
    let isPinned: Bool
    private let query: Query
    private let table: Table
    private let conjuncts: [Filter]

    /// - Parameter pinning: whether to look for a condition on the id.
    init(_ query: Query, _ table: Table, pinning: Bool) {
        self.query = query
        self.table = table
        from = "\(table.name) AS \(Scope.row)"
        filters = FilterSQL(tenant: query.tenant, kind: table.kind.name, scope: .row(table))
        conjuncts = query.filter.conjuncts
        isPinned =
            pinning
            && conjuncts.contains {
                if case .compare(let field, .equal, .text) = $0 { field.path == Field.id.path } else { false }
            }
    }

    var tenant: [SQLText] { ["\(raw: Scope.row).tenant = \(query.tenant)"] }

    var conditions: [SQLText] { tenant + conjuncts.map(filters.holds) }

    var visible: SQLText {
        // Without an order to walk, a set is made once; for one document, or a row of many, look-ups are cheaper.
        guard case .union(let terms) = query.visibility, !isPinned else {
            return filters.holds(query.visibility.filter)
        }
        return terms.map { term in
            switch term {
            case .column(let field, let values): filters.holds(.isIn(field, values))
            case .entry(_, let values) where values.isEmpty: .no
            case .entry(let index, let values): "\(raw: Scope.row).id IN \(filters.entrySet(index, values))"
            }
        }.any
    }

    /// - Parameter sorting: keeps SQLite from walking an index for the order's sake.
    func order(sorting: Bool) -> String {
        query.order.map { order in
            let value = filters.scope.value(of: order.field).sql
            return "\(sorting ? "+" : "")\(sorting ? "(\(value))" : value)\(order.isDescending ? " DESC" : "")"
        }.joined(separator: ", ")
    }

    // MARK: Alternatives

    struct Alternative {
        var conditions: [Filter] = []
        var entries: [(index: String, values: [String])] = []
        /// Of which one must hold too, each a range of the index in the query's order.
        var ways: [Filter]?
        /// Whether the query asks for more than what may be seen.
        var isFiltered = false
    }

    /// One for each index range that together hold every match: a range per visible value where an index begins with it,
    /// and nulls apart from the values of a descending page's continuation. None: nothing can match.
    var alternatives: [Alternative] {
        var common = Alternative()
        for conjunct in conjuncts {
            if case .entry(let index, let values) = conjunct, !values.isEmpty {
                common.entries.append((index, values))
            } else if common.ways == nil, let ways = splitNulls(conjunct) {
                common.ways = ways
            } else {
                common.conditions.append(conjunct)
                if !isContinuation(conjunct) { common.isFiltered = true }
            }
        }
        return visibleAlternatives.map { visible in
            Alternative(
                conditions: visible.conditions + common.conditions, entries: visible.entries + common.entries,
                ways: common.ways, isFiltered: common.isFiltered)
        }
    }

    /// Whether a condition bounds the leading term of the order, as the continuation of a page does.
    private func isContinuation(_ filter: Filter) -> Bool {
        guard case .compare(let field, let comparison, _) = filter, field == query.order.first?.field else {
            return false
        }
        return comparison == .greaterOrEqual || comparison == .lessOrEqual
    }

    private var visibleAlternatives: [Alternative] {
        switch query.visibility {
        case .all: return [Alternative()]
        case .none: return []
        case .union(let terms):
            return terms.flatMap { term -> [Alternative] in
                switch term {
                case .entry(let index, let values):
                    return values.isEmpty ? [] : [Alternative(entries: [(index, values)])]
                case .column(let field, let values):
                    guard isLed(by: field), values.count > 1 else {
                        return [Alternative(conditions: [.isIn(field, values)])]
                    }
                    return values.map { Alternative(conditions: [.compare(field, .equal, $0)]) }
                }
            }
        }
    }

    /// Whether an index has the query's order under each value of a field.
    private func isLed(by field: Field) -> Bool {
        guard let first = table.column(field) else { return false }
        let wanted = query.order.filter { $0.field.path != Field.id.path }.map { table.column($0.field) }
        return table.orderings.contains {
            $0.first == first && Array($0.dropFirst()).map(Optional.some).starts(with: wanted)
        }
    }

    /// What follows a row in descending order is a range or null (`Query.after`); each is a range of the index.
    private func splitNulls(_ filter: Filter) -> [Filter]? {
        guard case .or(let ways) = filter, ways.count == 2, let leading = query.order.first,
            ways[1] == .compare(leading.field, .equal, .null), case .and = ways[0]
        else { return nil }
        return ways
    }
}

extension Filter {
    /// What must hold, flattened.
    var conjuncts: [Filter] {
        switch self {
        case .constant(true): []
        case .and(let filters): filters.flatMap(\.conjuncts)
        default: [self]
        }
    }
}
