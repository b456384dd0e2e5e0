package import Storage

extension MemoryEngine: Inspectable {
    package func tenants() async throws -> [String] {
        try open { state in
            state.tenants.filter { !$0.value.log.isEmpty }.keys.sorted { $0.precedesExactly($1) }
        }
    }

    package func rawRows(kind: String, tenant: String, after id: String?, limit: Int) async throws -> [RawRow] {
        try open { state in
            page(
                state[tenant].documents[kind, default: [:]].values, limit, by: \.row.key,
                after: id.map { Key(kind, $0) }
            )
            .map { RawRow(row: $0.row, columns: $0.columns, entries: $0.entries) }
        }
    }

    package func rawEntries(tenant: String, after entry: RawEntry?, limit: Int) async throws -> [RawEntry] {
        try open { state in
            let entries = state[tenant].members.flatMap { value, keys in keys.map { RawEntry(value: value, key: $0) } }
            return page(entries, limit, by: EntryOrder.init, after: entry.map(EntryOrder.init))
        }
    }

    package func rawNames(tenant: String, after name: String?, limit: Int) async throws -> [RawName] {
        try open { state in
            let names = state[tenant].names.map { RawName(name: $0.key.text, holder: $0.value) }
            return page(names, limit, by: { Name($0.name) }, after: name.map { Name($0) })
        }
    }

    package func rawStamps(tenant: String, after value: IndexValue?, limit: Int) async throws -> [IndexValue: Int64] {
        try open { state in
            let stamps = page(Array(state[tenant].stamps), limit, by: \.key, after: value)
            return Dictionary(uniqueKeysWithValues: stamps.map { ($0.key, $0.value) })
        }
    }

    package func rawChanges(tenant: String, after id: String?, limit: Int) async throws -> [RawChange] {
        try open { state in
            page(state[tenant].changes, limit, by: \.key, after: id).map { RawChange(id: $0.key, at: $0.value) }
        }
    }
}

private struct EntryOrder: Comparable {
    let entry: RawEntry

    init(_ entry: RawEntry) { self.entry = entry }

    static func < (lhs: EntryOrder, rhs: EntryOrder) -> Bool {
        (lhs.entry.value, lhs.entry.key) < (rhs.entry.value, rhs.entry.key)
    }
}

private func page<Element, Order: Comparable>(
    _ elements: some Collection<Element>, _ limit: Int, by order: (Element) -> Order, after last: Order?
) -> [Element] {
    let rest = elements.filter { element in last.map { $0 < order(element) } ?? true }
    return Array(rest.sorted { order($0) < order($1) }.prefix(limit))
}
