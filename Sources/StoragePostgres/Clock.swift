package import EDM
internal import Storage
internal import Synchronization

/// What a node knows of its database's clock: a reading, and how much monotonic time has passed since it arrived.
///
/// The estimate is late by the answer's way, never early, and what a commit has said is a lower bound of it. A bound that
/// is ahead of the estimate is no proof that the clock has been set back: the clock may have been moved forward since the
/// reading was asked for. Only a reading that was asked for after the bound was known tells.
final class StoreClock: Sendable {
    private struct Reading {
        var instant = Instant(microseconds: 0)
        var asked: ContinuousClock.Instant?
        var arrived: ContinuousClock.Instant?
        /// The latest instant that was said: the store's clock never runs backwards.
        var mark = Instant(microseconds: .min)
        /// When the mark became known.
        var marked: ContinuousClock.Instant?
        /// When it was last moved forward: what was asked for before isn't a reading of it.
        var moved: ContinuousClock.Instant?
        /// Counts how often time began anew, so that nothing from before is taken for the new.
        var generation = 0

        /// nil before the first reading.
        func estimate(at now: ContinuousClock.Instant) -> Instant? { arrived.map { instant + (now - $0) } }

        func isBehind(_ estimate: Instant) -> Bool {
            mark.microseconds != .min && estimate < mark - StoreClock.toleratedStepBack
        }

        /// Whether the reading was asked for after the mark became known, so that the two can be compared.
        var isProof: Bool {
            guard let asked, let marked else { return true }
            return asked > marked
        }

        mutating func mark(_ instant: Instant, at now: ContinuousClock.Instant) {
            guard instant > mark else { return }
            mark = instant
            marked = now
        }
    }

    private let monotonic: @Sendable () -> ContinuousClock.Instant
    private let reading = Mutex(Reading())
    private static let maximumAge = Duration.milliseconds(500)
    private static let toleratedStepBack = ClockGuard.toleratedStepBack

    /// That a new reading is wanted, and since when.
    struct Want: Sendable {
        fileprivate let generation: Int
        fileprivate let since: ContinuousClock.Instant
    }

    /// - Parameter monotonic: the system's, or one that a test moves.
    init(monotonic: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.monotonic = monotonic }

    /// nil: the last reading is young enough, and nothing that was said since speaks against it.
    var wanted: Want? {
        reading.withLock { reading in
            let now = monotonic()
            if let arrived = reading.arrived, let estimate = reading.estimate(at: now),
                now - arrived <= Self.maximumAge,
                reading.isProof || !reading.isBehind(estimate)
            {
                return nil
            }
            return Want(generation: reading.generation, since: now)
        }
    }

    /// Of readings that were under way together, the first to arrive counts: the others may be older.
    /// - Parameter wanted: what `wanted` was before the clock was read.
    func observe(_ instant: Instant, wanted: Want) {
        reading.withLock { reading in
            guard reading.generation == wanted.generation, reading.arrived.map({ $0 <= wanted.since }) ?? true,
                reading.moved.map({ $0 < wanted.since }) ?? true
            else { return }
            reading.instant = instant
            reading.asked = wanted.since
            reading.arrived = monotonic()
        }
    }

    /// What a commit has said is past.
    /// - Parameter generation: what it was before the commit.
    func raise(to instant: Instant, generation: Int) {
        reading.withLock { if $0.generation == generation { $0.mark(instant, at: monotonic()) } }
    }

    var generation: Int { reading.withLock { $0.generation } }

    /// The clock has been moved forward by us: it must be read anew, and what was said stays a lower bound.
    func move() {
        reading.withLock { reading in
            reading.arrived = nil
            reading.moved = monotonic()
        }
    }

    /// Time begins anew, perhaps earlier: everything that was known is forgotten.
    func forget() { reading.withLock { $0 = Reading(generation: $0.generation + 1) } }

    /// nil where it hasn't been read since it was set, or since something was said that is far ahead of the reading.
    /// - Throws: `StorageError.unavailable` where the server's clock has been set back: what had expired would be valid again.
    func now() throws -> Instant? {
        try reading.withLock { reading in
            let now = monotonic()
            guard let estimate = reading.estimate(at: now) else { return nil }
            guard !reading.isBehind(estimate) else {
                guard reading.isProof else { return nil }
                throw StorageError.unavailable(
                    "The database server's clock is behind what it said before by more than 5 seconds. Set it right; until it "
                        + "has caught up nothing is decided.")
            }
            reading.mark(estimate, at: now)
            return reading.mark
        }
    }
}

extension PostgresEngine {
    package func now() async throws -> Instant {
        while true {
            if clock.wanted != nil { _ = try await load([]) }
            // None, where the clock was moved meanwhile: what was read then is of before.
            if let now = try clock.now() { return now }
        }
    }

    package func setClock(_ instant: Instant) async throws {
        precondition(stamp != .production, "the clock of a production database can't be set")
        precondition(sequencer != nil, "the clock of a database that is inspected can't be set")
        // Of the row's own value, which is another one by the time that somebody else who moves it has committed.
        let statement = Statement(
            "UPDATE meta SET value = greatest(value::bigint, $1::bigint - \(Schema.serverClock))::text WHERE name = 'clock'",
            [.integer(instant.microseconds)])
        _ = try await load([statement])
        clock.move()
    }
}
