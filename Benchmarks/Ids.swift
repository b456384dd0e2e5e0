import Synchronization

/// Ids by their number, filled in from several tasks.
final class Ids: Sendable {
    private let values: Mutex<[String]>

    init(count: Int) { values = Mutex(Array(repeating: "", count: count)) }

    func set(_ index: Int, _ id: String) { values.withLock { $0[index] = id } }
    var all: [String] { values.withLock { $0 } }
}
