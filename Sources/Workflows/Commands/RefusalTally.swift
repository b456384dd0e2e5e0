internal import Approvals
internal import EDM
internal import JSON
internal import Storage
internal import Synchronization

/// Equal refusals of one actor within a minute are one event: the first is recorded at once, the others are counted, and the
/// count is recorded when the minute has passed. A click repeated a thousand times must not flood the log.
final class RefusalTally: Sendable {
    struct Kind: Hashable, Sendable {
        let tenant: String
        let actor: String
        let subject: Key
        let code: RefusalCode
    }

    private struct Minute {
        let start: Instant
        var repeats = 0
        let entry: AuditEntry
    }

    private let minutes = Mutex<[Kind: Minute]>([:])

    static let length: Duration = .seconds(60)

    /// Whether an equal refusal has been recorded within the minute before.
    func isRepeated(_ kind: Kind, at now: Instant) -> Bool {
        minutes.withLock { $0[kind].map { now < $0.start + Self.length } ?? false }
    }

    /// After the commit: the first of a minute begins it, the others are counted.
    func count(_ kind: Kind, at now: Instant, _ entry: AuditEntry) {
        minutes.withLock { minutes in
            if let minute = minutes[kind], now < minute.start + Self.length {
                minutes[kind]?.repeats += 1
            } else {
                minutes[kind] = Minute(start: now, entry: entry)
            }
        }
    }

    func clear() { minutes.withLock { $0 = [:] } }

    /// Takes out what has ended: an entry with its count where there were repetitions.
    func ended(at now: Instant) -> [(tenant: String, entry: AuditEntry)] {
        minutes.withLock { minutes in
            let ended = minutes.filter { $0.value.start + Self.length <= now }
            for kind in ended.keys { minutes[kind] = nil }
            return ended.filter { $0.value.repeats > 0 }
                .sorted { ($0.value.start, $0.key.subject) < ($1.value.start, $1.key.subject) }
                .map { kind, minute in
                    var entry = minute.entry
                    entry.facts["repeats"] = .integer(Int64(minute.repeats))
                    entry.facts["since"] = minute.start.json
                    return (kind.tenant, entry)
                }
        }
    }
}

extension Governance {
    /// Records the refusals that were counted, once their minute has passed. A server does it regularly.
    package func recordCountedRefusals() async throws {
        for (tenant, entry) in tally.ended(at: try await store.now()) {
            try await store.decide(in: tenant) { try $0.record(entry.event) }
        }
    }
}
