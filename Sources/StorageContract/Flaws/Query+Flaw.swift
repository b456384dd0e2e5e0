internal import JSON
internal import Storage

extension Query {
    /// The query as an engine with this flaw would understand it.
    func with(_ flaw: Flaw) -> Query {
        Query(
            kind, tenant: flaw == .tenantIgnored ? "everybody" : tenant,
            visibility: flaw == .visibilityIgnored ? .all : visibility, filter: filter.with(flaw), order: order,
            skip: skip,
            limit: limit)
    }

    func read(from engine: any Engine, with flaw: Flaw) async throws -> [ReadRow] {
        switch flaw {
        case .nullsLast, .tiesUnordered:
            var all = self
            all.skip = 0
            all.limit = .max
            let rows = try await engine.read(all).map { row in (row: row, values: try values(of: row)) }
            let sorted = flaw == .nullsLast ? Self.nullsLast(rows) : Self.tiesTurned(rows)
            return Array(sorted.dropFirst(skip).prefix(limit))
        case .bytesRewritten: return try await engine.read(with(flaw)).map(\.rewritten)
        default: return try await engine.read(with(flaw))
        }
    }

    private func values(of row: ReadRow) throws -> [FieldValue] {
        let members = try JSONReader.read(row.document, limits: .stored).object ?? JSONObject()
        return order.map { $0.field.value(in: members) }
    }

    private static func nullsLast(_ rows: [(row: ReadRow, values: [FieldValue])]) -> [ReadRow] {
        (rows.filter { $0.values.first != .null } + rows.filter { $0.values.first == .null }).map(\.row)
    }

    private static func tiesTurned(_ rows: [(row: ReadRow, values: [FieldValue])]) -> [ReadRow] {
        let runs = rows.reduce(into: [[(row: ReadRow, values: [FieldValue])]]()) { runs, row in
            if row.values.count > 1, runs.last?.last?.values.dropLast() == row.values.dropLast() {
                runs[runs.count - 1].append(row)
            } else {
                runs.append([row])
            }
        }
        return runs.flatMap { $0.reversed() }.map(\.row)
    }
}

extension Filter {
    fileprivate func with(_ flaw: Flaw) -> Filter {
        switch self {
        case .text(let function, let field, let text, _) where flaw == .caseFolded:
            .text(function, field, text, ignoringCase: true)
        case .compare(let field, .notEqual, let value) where flaw == .threeValuedLogic && value != .null:
            .and([self, .compare(field, .notEqual, .null)])
        case .and(let filters): .and(filters.map { $0.with(flaw) })
        case .or(let filters): .or(filters.map { $0.with(flaw) })
        case .not(let filter): .not(filter.with(flaw))
        case .any(let path, let condition): .any(path: path, condition?.with(flaw))
        case .constant, .compare, .isIn, .text, .entry: self
        }
    }
}

extension ReadRow {
    var rewritten: ReadRow {
        ReadRow(id: id, version: version, document: document.canonicalJSON, settlesAt: settlesAt)
    }
}

extension StoredRow {
    var rewritten: StoredRow {
        StoredRow(
            key: key, version: version, document: document.canonicalJSON, internals: internals, settlesAt: settlesAt)
    }
}

extension [UInt8] {
    fileprivate var canonicalJSON: [UInt8] { (try? JSONReader.read(self, limits: .stored).canonicalBytes) ?? self }
}
