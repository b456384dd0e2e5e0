internal import EDM
package import Storage

extension PostgresSession {
    /// Whether it may be seen is asked of the one row, so that no index has to lead to it.
    package func read(_ key: Key, tenant: String, visibility: Visibility) async throws -> Sighting? {
        guard let table = engine.schema.tables[key.kind], !Parameter.text(key.id + tenant).holdsZero else { return nil }
        var translation = Translation(table, tenant: tenant)
        let id = translation.bind(.text(key.id))
        let seen = translation.visible(visibility)
        let statement = Statement(
            "SELECT t.version, t.document, t.settles_at, CASE WHEN \(seen) THEN 1 ELSE 0 END FROM \(table.name) AS t "
                + "WHERE t.tenant = $1::text AND t.id = \(id)::text", translation.parameters)
        return try await load([statement]).first?.rows.first.map { row in
            Sighting(
                ReadRow(
                    id: key.id, version: row.text(0), document: row.bytes(1),
                    settlesAt: row.integer(2).map(Instant.init(microseconds:))), isVisible: row.integer(3) == 1)
        }
    }

    package func read(_ query: Query) async throws -> [ReadRow] {
        guard let table = engine.schema.tables[query.kind.name], query.limit > 0 else { return [] }
        let arms = Arms.of(query, isPaged: query.limit <= 1000)
        guard !arms.isEmpty else { return [] }
        let statement = Self.selection(of: query, arms, in: table)
        return try await run(statement, Lead(table: table, query: query, arms: arms)).map { row in
            ReadRow(
                id: row.text(0), version: row.text(1), document: row.bytes(2),
                settlesAt: row.integer(3).map(Instant.init(microseconds:)))
        }
    }

    package func count(_ query: Query) async throws -> Int {
        guard let table = engine.schema.tables[query.kind.name] else { return 0 }
        let arms = Arms.of(query, isPaged: false)
        guard !arms.isEmpty else { return 0 }
        var translation = Translation(table, tenant: query.tenant)
        // A document that meets several conditions counts once.
        let selections = arms.map { "(SELECT t.id FROM \(table.name) AS t WHERE \(translation.condition($0)))" }
        let statement = Statement(
            "SELECT count(*) FROM (\(selections.joined(separator: " UNION "))) AS u", translation.parameters,
            isKept: false)
        let rows = try await run(statement, Lead(table: table, query: query, arms: arms))
        return Int(rows.first?.integer(0) ?? 0)
    }

    /// A reader's statement under a deadline: where no index leads it, a short one and on few threads.
    private func run(_ statement: Statement, _ lead: Lead) async throws -> [Row] {
        let isIndexed = lead.isIndexed
        let limit = Statement(
            "SELECT set_config('statement_timeout', $1, true)", [.text(isIndexed ? Lead.indexed : Lead.scan)])
        do {
            return try await run([limit, statement], in: isIndexed ? .short : .scan)[1].rows
        } catch let end as PipelineEnd {
            if case .refused(let error, _) = end, error.state == "57014" { throw lead.tooExpensive }
            throw end.storageError
        }
    }

    static func selection(of query: Query, _ arms: [[Filter]], in table: Table) -> Statement {
        var translation = Translation(table, tenant: query.tenant)
        let skip = max(query.skip, 0)
        let end = skip.addingReportingOverflow(query.limit)
        let isLimited = query.limit != .max && !end.overflow
        let terms = query.order.flatMap { term in
            translation.order(by: term.field).map {
                (sql: $0, direction: term.isDescending ? "DESC NULLS LAST" : "ASC NULLS FIRST")
            }
        }
        let orders = terms.map(\.sql)
        func order(_ expressions: [String]) -> String {
            "ORDER BY " + zip(expressions, terms).map { "\($0) \($1.direction)" }.joined(separator: ", ")
        }
        let page =
            (isLimited ? " LIMIT \(translation.bind(.integer(Int64(query.limit))))::bigint" : "")
            + (skip > 0 ? " OFFSET \(translation.bind(.integer(Int64(skip))))::bigint" : "")
        let columns = "t.id, t.version, t.document, t.settles_at"
        if arms.count == 1 {
            let condition = translation.condition(arms[0])
            return Statement(
                "SELECT \(columns) FROM \(table.name) AS t WHERE \(condition) \(order(orders))\(page)",
                translation.parameters,
                isKept: query.isPoint)
        }
        let names = orders.indices.map { "o\($0)" }
        let armPage = isLimited ? " LIMIT \(translation.bind(.integer(Int64(end.partialValue))))::bigint" : ""
        let values = zip(orders, names).map { "\($0) AS \($1)" }.joined(separator: ", ")
        let selections = arms.map {
            "(SELECT \(columns), \(values) FROM \(table.name) AS t WHERE \(translation.condition($0)) \(order(orders))\(armPage))"
        }
        // The order ends with the id, so rows that are equal in it are the same row.
        return Statement(
            "SELECT DISTINCT ON (\(names.joined(separator: ", "))) id, version, document, settles_at FROM "
                + "(\(selections.joined(separator: " UNION ALL "))) AS u \(order(names))\(page)",
            translation.parameters,
            isKept: false)
    }
}

extension Translation {
    /// Whether the row `t` may be seen.
    fileprivate mutating func visible(_ visibility: Visibility) -> String {
        guard case .union(let terms) = visibility else { return visibility == .all ? "true" : "false" }
        let ways = terms.map { term in
            switch term {
            case .column(let field, let values): condition(.isIn(field, values))
            case .entry(let index, let values): probe(index, values)
            }
        }
        return ways.isEmpty ? "false" : ways.joined(separator: " OR ")
    }

    /// The rows of the tenant that meet all of an arm's conditions.
    fileprivate mutating func condition(_ arm: [Filter]) -> String {
        let all = ["t.tenant = $1::text"] + arm.map { condition($0) }
        return all.joined(separator: " AND ")
    }
}
