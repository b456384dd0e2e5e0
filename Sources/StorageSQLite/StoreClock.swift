internal import EDM
internal import Glibc
internal import Storage
internal import Synchronization

/// The store's clock: the system's, moved in an emulator, guarded elsewhere, and never backwards.
final class StoreClock: Sendable {
    private let system: @Sendable () -> Instant
    /// A demo's and an emulator's clock is the operator's plaything; nothing guards it.
    private let isGuarded: Bool
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    private struct State {
        var guardian: ClockGuard
        var offset: Duration = .zero
        /// The latest instant that an unguarded clock has said.
        var mark: Instant
    }

    init(stamp: DatabasePurpose, system: @escaping @Sendable () -> Instant, saved: Saved) {
        self.system = system
        isGuarded = stamp == .production
        state = Mutex(Self.state(saved))
    }

    /// What the database keeps of the clock.
    struct Saved {
        var offset: Duration = .zero
        var mark = Instant(microseconds: 0)
        var isConfirmed = false
    }

    private static func state(_ saved: Saved) -> State {
        State(
            guardian: ClockGuard(mark: saved.mark, isConfirmed: saved.isConfirmed), offset: saved.offset,
            mark: saved.mark)
    }

    /// Takes what the database says in place of what was known: another process has written it, or a reset.
    func restore(_ saved: Saved) { state.withLock { $0 = Self.state(saved) } }

    /// - Throws: `StorageError.unavailable` where the system's clock can't be trusted.
    func now() throws(StorageError) -> Instant {
        let verdict = state.withLock { state -> ClockGuard.Verdict in
            let system = system()
            guard isGuarded else {
                state.mark = max(state.mark, system + state.offset)
                return .trusted(state.mark)
            }
            return state.guardian.observe(system: system, monotonic: start.duration(to: .now))
        }
        switch verdict {
        case .trusted(let instant): return instant
        case .behind(let duration):
            throw Self.untrusted("\(duration.components.seconds) seconds behind what it has been")
        case .ahead(let duration):
            throw Self.untrusted("\(duration.components.seconds) seconds ahead of the time that has passed")
        }
    }

    private static func untrusted(_ what: String) -> StorageError {
        .unavailable(
            "The system's clock is \(what). Nothing is decided until it is right again; "
                + "where it is right now, stop the server, confirm the time with 'countersign confirm-time' and start it again."
        )
    }

    /// The offset that makes the clock say `instant` now; nil where it has already passed.
    func offset(reaching instant: Instant) -> Duration? {
        state.withLock { state in
            let system = system()
            return instant >= max(state.mark, system + state.offset) ? instant - system : nil
        }
    }

    func move(to offset: Duration) { state.withLock { $0.offset = offset } }

    /// The latest instant that the clock has said.
    var mark: Instant { state.withLock { isGuarded ? $0.guardian.mark : $0.mark } }

    /// By how much a guarded clock is ahead of the system's: for as long it stands still once it's confirmed.
    var ahead: Duration? {
        let (mark, system) = (mark, system())
        return isGuarded && mark > system ? mark - system : nil
    }

    /// A person has confirmed the system's clock.
    func confirm() { state.withLock { $0.guardian.confirm() } }

    /// The system's real-time clock in UTC.
    static let realTime: @Sendable () -> Instant = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
    }
}

extension Connection {
    func savedClock() throws -> StoreClock.Saved {
        let mark = try metaInteger(.mark)
        return StoreClock.Saved(
            offset: .microseconds(try metaInteger(.clockOffset) ?? 0), mark: Instant(microseconds: mark ?? 0),
            isConfirmed: try mark != nil && metaInteger(.confirmedMark) == mark)
    }
}
