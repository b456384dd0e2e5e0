internal import Storage
internal import Synchronization

/// How the documents under entries of an index are found.
enum EntryAccess: CaseIterable {
    /// Each entry's document is looked up, and what is found is sorted: for few entries.
    case lookUp
    /// The table is walked in the query's order, and each id is looked for in a set of the entries' ids.
    case set
    /// The table is walked in the query's order, and each document's entries are looked up: for so many that making the set
    /// costs more than the few rows that a page takes.
    case probe

    /// Entries beyond these aren't counted.
    static let bound = 20_000

    /// - Parameters:
    ///   - entries: how many there are, up to the bound.
    ///   - values: under how many values.
    ///   - rows: how many the table has.
    ///   - end: how many rows the page needs.
    static func cheapest(entries: Int, values: Int, rows: Int, end: Int, isFiltered: Bool) -> EntryAccess {
        // Other conditions leave fewer matches: how few, nobody knows.
        let matches = max(1, entries / (isFiltered ? 10 : 1))
        let walked = min(Double(rows), Double(end) * Double(rows) / Double(matches))
        // Microseconds, measured in a table of 12,000 documents of a kilobyte.
        // Past the bound nobody has counted: a set may then be of every row there is.
        let inSet = entries < bound ? entries : max(entries, rows)
        let costs: [(EntryAccess, Double)] = [
            (.lookUp, 4 * Double(inSet)), (.set, 0.5 * Double(inSet) + 0.5 * walked),
            (.probe, (0.5 + 0.7 * Double(values)) * walked),
        ]
        return costs.min { $0.1 < $1.1 }?.0 ?? .probe
    }
}

/// Values that had more entries than are counted, for a minute: counting to the bound costs a millisecond, which a page
/// needn't spend again and again. Only the way to the rows hangs on it, never which rows.
final class Abundance: Sendable {
    private let known = Mutex(BoundedCache<String, ContinuousClock.Instant>(entries: 1000))
    private static let lifetime: Duration = .seconds(60)

    func isKnown(_ question: String) -> Bool {
        known.withLock { $0[question].map { .now - $0 < Self.lifetime } ?? false }
    }

    func note(_ question: String) {
        known.withLock { $0.insert(.now, for: question) }
    }
}
