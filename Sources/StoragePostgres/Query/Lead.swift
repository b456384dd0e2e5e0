internal import Storage

/// Whether an index bounds what a query reads, and what to say where none does.
struct Lead {
    let table: Table
    let query: Query
    let arms: [[Filter]]

    /// How long a query may run that may have to read a whole table.
    static let scan = "2s"
    /// How long any other may: it can still have much to count.
    static let indexed = "10s"

    /// Columns that an index begins with.
    private var leading: [Field] {
        let first = Set(table.kind.orderings.compactMap(\.first))
        return [.id] + table.kind.columns.filter { first.contains($0.name) }.map { Field(path: $0.path, type: $0.type) }
    }

    /// Nothing is taken from the documents' JSON, and each arm is a range of an index or a page in an index's order.
    var isIndexed: Bool {
        let leading = leading
        guard unindexed == nil, (query.order.dropLast().map(\.field)).allSatisfy({ table.column(of: $0) != nil }) else {
            return false
        }
        let isOrdered = query.order.first.map { leading.contains($0.field) } ?? false
        return arms.allSatisfy { arm in
            arm.contains { Self.bounds($0, leading) } || arm.isEmpty && isOrdered && query.limit <= 1000
        }
    }

    private static func bounds(_ filter: Filter, _ leading: [Field]) -> Bool {
        switch filter {
        case .entry: true
        case .compare(let field, .equal, _): leading.contains(field)
        case .compare(let field, let comparison, _): comparison != .notEqual && leading.contains(field)
        case .isIn(let field, _): leading.contains(field)
        case .constant, .text, .any, .and, .or, .not: false
        }
    }

    /// The first property that is read from the documents' JSON.
    private var unindexed: Field? {
        arms.lazy.flatMap { $0 }.flatMap(\.fields).first { table.column(of: $0) == nil }
    }

    /// What to say when the time is up.
    var tooExpensive: StorageError {
        let culprit = unindexed ?? arms.lazy.flatMap { $0 }.flatMap(\.fields).first ?? query.order.first?.field ?? .id
        let others = leading.filter { $0 != culprit }.map { "'\($0.path.joined(separator: "/"))'" }.joined(
            separator: ", ")
        return .tooExpensive(
            "The query took too long: '\(culprit.path.joined(separator: "/"))' isn't indexed, or too many objects match. Filter "
                + "on one of \(others.isEmpty ? "'id'" : others) as well, or ask for fewer objects.")
    }
}
