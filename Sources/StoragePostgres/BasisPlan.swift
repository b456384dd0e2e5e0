internal import Storage

/// What was read for a fact, as statements that look at versions, stamps and holders only. Their texts don't hang on how
/// much was read.
struct BasisPlan {
    private(set) var statements: [Statement] = []
    private var parts: [Part] = []

    private enum Part {
        case documents([String: String?])
        case stamps([IndexValue: Int64])
        case names([String: Key?])
    }

    init(_ basis: Basis, _ schema: Schema) {
        // What holds a zero byte was found to be nowhere, and still is.
        func isAskable(_ text: String) -> Bool { !text.utf8.contains(0) }
        let tenant = Parameter.text(basis.tenant)
        guard isAskable(basis.tenant) else { return }
        let documents = Dictionary(grouping: basis.reads.documents.filter { isAskable($0.key.id) }, by: \.key.kind)
        for (kind, reads) in documents.sorted(by: { $0.key < $1.key }) {
            guard let table = schema.tables[kind] else { continue }
            let versions = Dictionary(reads.map { ($0.key.id, $0.value) }, uniquingKeysWith: { first, _ in first })
            parts.append(.documents(versions))
            statements.append(
                Statement(
                    "SELECT id, version FROM \(table.name) WHERE tenant = $1 AND id = ANY ($2::text[])",
                    [tenant, .texts(versions.keys.sorted())]))
        }
        let stamps = basis.reads.guarded.filter { isAskable($0.key.index + $0.key.value) }
        if !stamps.isEmpty {
            let values = stamps.keys.sorted()
            parts.append(.stamps(stamps))
            statements.append(
                Statement(LookupPlan.stamps, [tenant, .texts(values.map(\.index)), .texts(values.map(\.value))]))
        }
        let names = basis.reads.names.filter { isAskable($0.key) }
        if !names.isEmpty {
            parts.append(.names(names))
            statements.append(Statement(LookupPlan.names, [tenant, .texts(names.keys.sorted())]))
        }
    }

    /// - Parameter replies: one for each statement.
    func isSo(in replies: [Reply]) -> Bool {
        zip(parts, replies).allSatisfy { part, reply in
            switch part {
            case .documents(let versions):
                let present = versions.compactMapValues { $0 }
                return reply.rows.count == present.count
                    && reply.rows.allSatisfy { present[$0.text(0)] == $0.text(1) }
            case .stamps(let stamps):
                // A stamp that no commit has moved may have no row.
                let moved = reply.rows.filter { $0.integer(2) ?? 0 != 0 }
                return moved.count == stamps.values.count { $0 != 0 }
                    && moved.allSatisfy { stamps[IndexValue($0.text(0), $0.text(1))] == $0.integer(2) }
            case .names(let names):
                let held = names.compactMapValues { $0 }
                return reply.rows.count == held.count
                    && reply.rows.allSatisfy { held[$0.text(0)] == Key($0.text(1), $0.text(2)) }
            }
        }
    }
}
