/// What a decision is about to ask, in the three ways in which it can.
package struct Lookups: Sendable {
    package var documents: Set<Key>
    package var guarded: Set<IndexValue>
    package var names: Set<String>

    package init(documents: Set<Key> = [], guarded: Set<IndexValue> = [], names: Set<String> = []) {
        self.documents = documents
        self.guarded = guarded
        self.names = names
    }

    package var isEmpty: Bool { documents.isEmpty && guarded.isEmpty && names.isEmpty }

    package static func + (lhs: Lookups, rhs: Lookups) -> Lookups {
        Lookups(
            documents: lhs.documents.union(rhs.documents), guarded: lhs.guarded.union(rhs.guarded),
            names: lhs.names.union(rhs.names))
    }

    package static func += (lhs: inout Lookups, rhs: Lookups) { lhs = lhs + rhs }
}

/// What was found, each as `get`, `all` and `holder` say it. What is missing here hasn't been looked for.
package struct Findings: Sendable {
    package var documents: [Key: StoredRow?] = [:]
    package var guarded: [IndexValue: (stamp: Int64, rows: [StoredRow])] = [:]
    /// By the name's bytes: names that only bytes tell apart are different names.
    private var names: [[UInt8]: Key?] = [:]

    package init() {}

    /// - Returns: nil where the name wasn't looked for.
    package func holder(of name: String) -> Key?? { names[Array(name.utf8)] }

    package mutating func add(holder: Key?, of name: String) { names[Array(name.utf8)] = .some(holder) }

    mutating func add(_ other: Findings) {
        documents.merge(other.documents) { first, _ in first }
        guarded.merge(other.guarded) { first, _ in first }
        names.merge(other.names) { first, _ in first }
    }
}
