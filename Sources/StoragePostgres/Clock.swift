package import EDM
internal import Storage
internal import Synchronization

/// What a node knows of its database's clock: a reading, and how much monotonic time has passed since it arrived.
///
/// The estimate is late by the answer's way, never early, and what a commit has said is a lower bound of it.
final class StoreClock: Sendable {
    private struct Reading {
        var instant = Instant(microseconds: 0)
        var arrived: ContinuousClock.Instant?
        /// The latest instant that was said: the store's clock never runs backwards.
        var mark = Instant(microseconds: .min)
        /// Counts settings, so that a reading from before one isn't taken for a new one.
        var generation = 0
    }

    private let reading = Mutex(Reading())
    private static let maximumAge = Duration.milliseconds(500)
    private static let toleratedStepBack = Duration.seconds(5)

    /// That a new reading is wanted, and since when.
    struct Want: Sendable {
        fileprivate let generation: Int
        fileprivate let since: ContinuousClock.Instant
    }

    /// nil: the last reading is young enough.
    var wanted: Want? {
        reading.withLock { reading in
            let now = ContinuousClock.now
            guard let arrived = reading.arrived, now - arrived <= Self.maximumAge else {
                return Want(generation: reading.generation, since: now)
            }
            return nil
        }
    }

    /// Of readings that were under way together, the first to arrive counts: the others may be older.
    /// - Parameter wanted: what `wanted` was before the clock was read.
    func observe(_ instant: Instant, wanted: Want) {
        reading.withLock { reading in
            guard reading.generation == wanted.generation, reading.arrived.map({ $0 <= wanted.since }) ?? true else {
                return
            }
            reading.instant = instant
            reading.arrived = .now
        }
    }

    /// What a commit has said is past.
    /// - Parameter generation: what it was before the commit.
    func raise(to instant: Instant, generation: Int) {
        reading.withLock { if $0.generation == generation { $0.mark = max($0.mark, instant) } }
    }

    var generation: Int { reading.withLock { $0.generation } }

    /// Forgets everything: the clock has been set by us.
    func forget() { reading.withLock { $0 = Reading(generation: $0.generation + 1) } }

    /// nil where it hasn't been read since it was set.
    /// - Throws: `StorageError.unavailable` where the server's clock has been set back: what had expired would be valid again.
    func now() throws -> Instant? {
        try reading.withLock { reading in
            guard let arrived = reading.arrived else { return nil }
            let estimate = reading.instant + (.now - arrived)
            if reading.mark.microseconds != .min, estimate < reading.mark - Self.toleratedStepBack {
                throw StorageError.unavailable(
                    "The database server's clock is behind what it said before by more than 5 seconds. Set it right; until it "
                        + "has caught up nothing is decided.")
            }
            reading.mark = max(reading.mark, estimate)
            return reading.mark
        }
    }
}

extension PostgresEngine {
    package func now() async throws -> Instant {
        while true {
            if clock.wanted != nil { _ = try await load([]) }
            // None, where somebody set it meanwhile: what was read then is of before.
            if let now = try clock.now() { return now }
        }
    }

    package func setClock(_ instant: Instant) async throws {
        precondition(stamp != .production, "the clock of a production database can't be set")
        precondition(sequencer != nil, "the clock of a database that is inspected can't be set")
        let statement = Statement(
            "UPDATE meta SET value = greatest(value::bigint, value::bigint + $1::bigint - \(schema.clock))::text "
                + "WHERE name = 'clock' RETURNING \(schema.clock)",
            [.integer(instant.microseconds)])
        _ = try await load([statement])
        clock.forget()
    }
}
