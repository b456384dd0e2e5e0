internal import EDM
internal import JSON
internal import Storage

/// Questions of readers, answered by the reference semantics: `Filter.matches` and `FieldValue.precedes`.
extension MemoryState {
    func page(_ query: Query) -> [ReadRow] {
        let rows = matches(query).map { document in
            Sortable(document: document, values: query.order.map { $0.field.value(in: document.json.object ?? [:]) })
        }
        let sorted = rows.sorted { one, other in
            for ((a, b), term) in zip(zip(one.values, other.values), query.order) where a != b {
                return term.isDescending ? b.precedes(a) : a.precedes(b)
            }
            return false
        }
        return sorted.dropFirst(query.skip).prefix(query.limit).map(\.document.row.asRead)
    }

    func count(_ query: Query) -> Int { matches(query).count }

    private func matches(_ query: Query) -> [MemoryDocument] {
        let filter = Filter.and([query.visibility.filter, query.filter])
        return (self[query.tenant].documents[query.kind.name] ?? [:]).values.filter {
            filter.matches($0.json, entries: $0.entries)
        }
    }

    private struct Sortable {
        let document: MemoryDocument
        let values: [FieldValue]
    }
}

extension StoredRow {
    fileprivate var asRead: ReadRow {
        ReadRow(id: key.id, version: version, document: document, settlesAt: settlesAt)
    }
}

extension MemoryDocument {
    func sighting(_ visibility: Visibility) -> Sighting {
        Sighting(row.asRead, isVisible: visibility.filter.matches(json, entries: entries))
    }
}
