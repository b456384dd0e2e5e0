internal import Storage

/// A query as a union of conditions, each of which an index can lead.
///
/// A disjunction at the top (what a caller may see, or a page that goes on into the rows without a value) makes
/// PostgreSQL read a whole table, or sort all that matches, where a range per alternative with the page's limit reads a page.
enum Arms {
    /// More ranges than this cost more to plan than they save.
    private static let maximum = 32

    /// - Parameter isPaged: each arm reads a page only, so a range per value is worth its planning.
    /// - Returns: conditions of which a document meets at least one where it matches; it may meet several.
    static func of(_ query: Query, isPaged: Bool) -> [[Filter]] {
        // A single document: whether it may be seen is a question about one row.
        if query.isPoint {
            return [flattened(.and([query.filter, query.visibility.filter])).filter { $0 != .constant(true) }]
        }
        let visible = terms(query.visibility, isPaged: isPaged)
        var arms = visible.map { flattened(.and([$0, query.filter])) }
        if isPaged, arms.count * 2 <= maximum, let first = query.order.first {
            arms = arms.flatMap { split($0, by: first.field) }
        }
        return arms.filter { !$0.contains(.constant(false)) }.map { $0.filter { $0 != .constant(true) } }
    }

    private static func terms(_ visibility: Visibility, isPaged: Bool) -> [Filter] {
        switch visibility {
        case .all: return [.constant(true)]
        case .none: return []
        case .union(let terms):
            let whole = terms.map { Visibility.union([$0]).filter }.map { $0.only ?? $0 }
            guard isPaged else { return whole }
            let parts = terms.flatMap { term -> [Filter] in
                switch term {
                case .column(let field, let values): values.map { .compare(field, .equal, $0) }
                case .entry(let index, let values): values.map { .entry(index: index, values: [$0]) }
                }
            }
            return parts.count <= maximum ? parts : whole
        }
    }

    /// The conjuncts of a condition.
    private static func flattened(_ filter: Filter) -> [Filter] {
        if case .and(let filters) = filter { filters.flatMap { flattened($0) } } else { [filter] }
    }

    /// Parts an arm where a page's boundary parts rows with a value from rows without.
    private static func split(_ conjuncts: [Filter], by field: Field) -> [[Filter]] {
        for (index, conjunct) in conjuncts.enumerated() {
            guard case .or(let alternatives) = conjunct, alternatives.count == 2,
                alternatives.contains(where: { $0.isAboutNull(field) })
            else { continue }
            var rest = conjuncts
            rest.remove(at: index)
            return alternatives.map { flattened($0) + rest }
        }
        return [conjuncts]
    }
}

extension Query {
    /// Whether it asks for one document by its id.
    var isPoint: Bool { if case .compare(.id, .equal, .text) = filter { true } else { false } }
}

extension Filter {
    fileprivate var only: Filter? {
        if case .or(let filters) = self, filters.count == 1 { filters.first } else { nil }
    }

    fileprivate func isAboutNull(_ wanted: Field) -> Bool {
        switch self {
        case .compare(wanted, .equal, .null), .compare(wanted, .notEqual, .null): true
        default: false
        }
    }

    /// Every field that is looked at, in the order of the filter.
    var fields: [Field] {
        switch self {
        case .constant, .entry: []
        case .compare(let field, _, _), .isIn(let field, _), .text(_, let field, _, _): [field]
        case .any(let path, _): [Field(path: path, type: .text)]
        case .and(let filters), .or(let filters): filters.flatMap(\.fields)
        case .not(let filter): filter.fields
        }
    }
}
