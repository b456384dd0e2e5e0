internal import EDM
internal import Glibc

/// Operations per second, and the median and 99th percentile of one operation in milliseconds.
struct Measurement: Sendable {
    let rate: Double
    let median: Double
    let p99: Double
    /// Of the whole process, in microseconds per operation.
    let cpu: Double
}

/// Runs a number of operations with some clients at once.
func measure(
    _ count: Int, clients: Int, _ operation: @escaping @Sendable (Int) async throws -> Void
) async throws -> Measurement {
    let start = ContinuousClock.now
    let worked = processTime()
    let times = try await withThrowingTaskGroup(of: [Duration].self) { group in
        for client in 0..<clients {
            group.addTask {
                var times: [Duration] = []
                for index in stride(from: client, to: count, by: clients) {
                    let begin = ContinuousClock.now
                    try await operation(index)
                    times.append(ContinuousClock.now - begin)
                }
                return times
            }
        }
        return try await group.reduce(into: []) { $0 += $1 }
    }
    let cpu = processTime() - worked
    let seconds = Double((ContinuousClock.now - start).microseconds) / 1e6
    let sorted = times.map { Double($0.microseconds) / 1000 }.sorted()
    return Measurement(
        rate: Double(count) / seconds, median: sorted[sorted.count / 2],
        p99: sorted[min(sorted.count - 1, sorted.count * 99 / 100)],
        cpu: Double(cpu.microseconds) / Double(count))
}

private func processTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

func padded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

func rounded(_ value: Double, _ digits: Int = 0) -> String {
    let factor = digits == 0 ? 1.0 : digits == 1 ? 10 : 100
    let scaled = (value * factor).rounded() / factor
    return digits == 0 ? String(Int(scaled)) : String(scaled)
}
