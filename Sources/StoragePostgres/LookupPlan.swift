internal import EDM
internal import Storage

/// Many lookups as few statements: one for each kind of documents and each index, one for all stamps, one for all names.
///
/// How many values are asked for doesn't change a statement's text, so that it's prepared once.
struct LookupPlan {
    private(set) var statements: [Statement] = []
    private let lookups: Lookups
    private let limit: Int
    private var parts: [Part] = []

    private enum Part {
        case documents(kind: String)
        case stamps
        case rows(values: Int)
        case names
    }

    init(_ lookups: Lookups, tenant: String, limit: Int, _ schema: Schema) {
        self.lookups = lookups
        self.limit = limit
        // What holds a zero byte is nowhere, and PostgreSQL takes no such text.
        let tenant = Parameter.text(tenant)
        guard !tenant.holdsZero else { return }
        let documents = Dictionary(grouping: lookups.documents.filter { !Parameter.text($0.id).holdsZero }, by: \.kind)
        for (kind, keys) in documents.sorted(by: { $0.key < $1.key }) {
            guard let table = schema.tables[kind] else { continue }
            add(
                .documents(kind: kind),
                "SELECT id, version, document, internals, settles_at FROM \(table.name) WHERE tenant = $1 AND id = ANY ($2::text[])",
                [tenant, .texts(keys.map(\.id).sorted())])
        }
        let values = lookups.guarded.filter { !Parameter.text($0.index + $0.value).holdsZero }.sorted()
        if !values.isEmpty {
            // The stamps first: read after the rows, they would hide what was added between them.
            add(
                .stamps, Self.stamps,
                [tenant, .texts(values.map(\.index)), .texts(values.map(\.value))])
        }
        for (index, values) in Dictionary(grouping: values, by: \.index).sorted(by: { $0.key < $1.key }) {
            let tables = schema.sorted.filter { $0.kind.indexes.contains { $0.name == index } }
            guard !tables.isEmpty else { continue }
            let arms = tables.map { table in
                "SELECT e.value, e.kind, k.id, k.version, k.document, k.internals, k.settles_at FROM entries AS e "
                    + "JOIN \(table.name) AS k ON k.tenant = e.tenant AND k.id = e.id WHERE e.tenant = $1 AND e.idx = $2 "
                    + "AND e.value = ANY ($3::text[]) AND e.kind = \(literal(table.kind.name))"
            }
            add(
                .rows(values: values.count), arms.joined(separator: " UNION ALL ") + " LIMIT $4::bigint",
                [tenant, .text(index), .texts(values.map(\.value)), .integer(Int64((limit + 1) * values.count))])
        }
        let names = lookups.names.filter { !Parameter.text($0).holdsZero }.sorted()
        if !names.isEmpty {
            add(
                .names, Self.names, [tenant, .texts(names)])
        }
    }

    static let stamps =
        "SELECT s.idx, s.value, s.stamp FROM unnest($2::text[], $3::text[]) AS w (idx, value) "
        + "JOIN stamps AS s ON s.tenant = $1 AND s.idx = w.idx AND s.value = w.value"
    static let names = "SELECT name, kind, id FROM names WHERE tenant = $1 AND name = ANY ($2::text[])"

    private mutating func add(_ part: Part, _ text: String, _ parameters: [Parameter]) {
        parts.append(part)
        statements.append(Statement(text, parameters))
    }

    /// - Parameter replies: one for each statement.
    func findings(in replies: [Reply]) -> Findings {
        var findings = Findings()
        for key in lookups.documents { findings.documents[key] = .some(nil) }
        for name in lookups.names { findings.add(holder: nil, of: name) }
        var stamps: [IndexValue: Int64] = [:]
        var rows: [IndexValue: [StoredRow]] = [:]
        var truncated: Set<String> = []
        for (index, part) in parts.enumerated() {
            let reply = replies[index].rows
            switch part {
            case .documents(let kind):
                for row in reply {
                    let key = Key(kind, row.text(0))
                    findings.documents[key] = .some(StoredRow(key, row, from: 1))
                }
            case .stamps:
                for row in reply { stamps[IndexValue(row.text(0), row.text(1))] = row.integer(2) ?? 0 }
            case .rows(let values):
                guard case .text(let name) = statements[index].parameters[1] else { continue }
                if reply.count == (limit + 1) * values { truncated.insert(name) }
                for row in reply {
                    rows[IndexValue(name, row.text(0)), default: []].append(
                        StoredRow(Key(row.text(1), row.text(2)), row, from: 3))
                }
            case .names:
                for row in reply { findings.add(holder: Key(row.text(1), row.text(2)), of: row.text(0)) }
            }
        }
        for value in lookups.guarded where !truncated.contains(value.index) {
            let found = rows[value, default: []]
            guard found.count <= limit else { continue }
            findings.guarded[value] = (stamps[value] ?? 0, found.sorted { $0.key < $1.key })
        }
        return findings
    }
}
