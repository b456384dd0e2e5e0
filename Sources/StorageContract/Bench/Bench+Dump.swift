internal import EDM
internal import JSON
internal import Storage

extension Bench {
    /// Everything that can be seen of a tenant, as lines: to find that nothing has changed.
    func dump(_ tenant: String = tenant, names: [String] = []) async throws -> [String] {
        var lines: [String] = []
        for kind in Samples.catalog.kinds + [Samples.catalog.events] {
            for row in try await engine.read(Query(kind, tenant: tenant, visibility: .all)) {
                guard let stored = try await engine.get(Key(kind.name, row.id), tenant: tenant) else {
                    throw ContractViolation("Expected: a document that a query finds can be read by its key.")
                }
                try expect(stored.version, equals: row.version, "a query and a read by key see one version")
                try expect(stored.document, equals: row.document, "a query and a read by key see the same bytes")
                let internals = String(decoding: stored.internals, as: UTF8.self)
                let due = row.settlesAt?.description ?? "-"
                lines.append(
                    "\(stored.key) \(row.version) \(due) \(String(decoding: row.document, as: UTF8.self)) \(internals)")
            }
        }
        lines += try await entryLines(tenant)
        for name in names {
            lines.append("name \(name) \(try await engine.holder(of: name, tenant: tenant)?.description ?? "-")")
        }
        let end = Instant(microseconds: 250_000_000_000_000_000)
        for due in try await engine.overdue(at: end, tenant: tenant, kind: nil, limit: 100_000) {
            lines.append("due \(due.key) \(due.settlesAt)")
        }
        return lines
    }

    /// The index entries, which must be those that the documents' declarations give.
    private func entryLines(_ tenant: String) async throws -> [String] {
        var expected: [IndexValue: [Key]] = [:]
        for kind in Samples.catalog.kinds {
            for row in try await engine.read(Query(kind, tenant: tenant, visibility: .all)) {
                guard let stored = try await engine.get(Key(kind.name, row.id), tenant: tenant) else { continue }
                for entry in try kind.entries(of: stored) { expected[entry, default: []].append(stored.key) }
            }
        }
        var lines: [String] = []
        for (value, keys) in expected.sorted(by: { $0.key < $1.key }) {
            let found = try await engine.all(value, tenant: tenant, limit: 100_000)
            try expect(
                found.rows.map(\.key), equals: keys.sorted(), "the documents under \(value), in the order of their keys"
            )
            lines.append("entry \(value.index)=\(value.value) \(found.stamp) \(keys.sorted())")
        }
        return lines
    }
}

extension AnyKind {
    /// The entries that a stored document must have.
    func entries(of row: StoredRow) throws -> Set<IndexValue> {
        try entries(
            document: try JSONReader.read(row.document, limits: .stored).object ?? JSONObject(),
            internals: try JSONReader.read(row.internals, limits: .stored).object ?? JSONObject())
    }
}

extension JSONObject {
    subscript(path path: [String]) -> JSONValue? { JSONValue.object(self)[path: path] }
}

extension PositionedEvent {
    /// What the leaf is made of.
    var facts: JSONObject {
        get throws { try JSONReader.read(bytes, limits: .stored).object ?? JSONObject() }
    }
}
