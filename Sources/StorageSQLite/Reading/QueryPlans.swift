internal import Storage
internal import Synchronization

/// Which thread answers a question: the one that asks, or a scan lane. Decided once for each text.
final class QueryPlans: Sendable {
    enum Lane { case here, scan }

    /// What a question on the asking thread may take; one that takes longer moves to a scan lane, and so do all of its text
    /// after it.
    static let limitHere = Duration.milliseconds(25)
    private static let maximumTexts = 2000

    private let lanes = Mutex(BoundedCache<String, Lane>(entries: maximumTexts))

    func lane(of query: QuerySQL, _ connection: Connection) throws -> Lane {
        if let known = lanes.withLock({ $0[query.sql.text] }) { return known }
        let lane = try Self.lane(of: query, connection)
        set(lane, for: query)
        return lane
    }

    func set(_ lane: Lane, for query: QuerySQL) {
        lanes.withLock { $0.insert(lane, for: query.sql.text) }
    }

    /// Every index begins with the tenant, and mostly there is one: a plan that an index only leads to the tenant reads a
    /// whole table, unless it walks an index in the query's order and may stop after a page.
    private static func lane(of query: QuerySQL, _ connection: Connection) throws -> Lane {
        let steps = try connection.rows("EXPLAIN QUERY PLAN " + query.sql.text, query.sql.bindings) { $0.text(3) }
        if steps.contains(where: { $0.hasPrefix("SCAN \(Scope.row)") }) { return .scan }
        guard steps.contains(where: { $0.hasPrefix("SEARCH \(Scope.row) ") && $0.hasSuffix("(tenant=?)") }) else {
            return .here
        }
        let sorts = steps.count { $0 == "USE TEMP B-TREE FOR ORDER BY" }
        return query.isBounded && sorts <= query.smallSorts ? .here : .scan
    }

    /// Says which property would have helped.
    static func tooExpensive(_ table: Table) -> StorageError {
        var names: [String] = []
        for ordering in table.kind.orderings {
            guard let first = ordering.first, let column = table.kind.columns.first(where: { $0.name == first }) else {
                continue
            }
            let name = "'\(column.path.joined(separator: "/"))'"
            if !names.contains(name) { names.append(name) }
        }
        let limit = ScanLanes.limit.components.seconds
        return .tooExpensive(
            "The query took longer than \(limit) seconds, because no index leads to what it asks for. Filter "
                + (names.isEmpty ? "on 'id'." : "on \(names.joined(separator: " or ")) as well."))
    }
}
