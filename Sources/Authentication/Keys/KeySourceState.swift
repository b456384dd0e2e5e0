internal import EDM

/// What a key source knows and whether it is reading: values and times, no I/O.
struct KeySourceState {
    /// A publisher's maximum age counts between these.
    static let freshness: ClosedRange<Duration> = .seconds(300) ... .hours(24)
    /// Between two readings that a token or a failure causes.
    static let spacing: Duration = .seconds(60)
    /// For how long the last good set stands in for one that can't be read.
    static let trust: Duration = .hours(24)

    enum Answer: Equatable { case use, read, wait }
    enum Outcome { case read(KeySet, maximumAge: Duration?), failed }

    private var keys: KeySet?
    private var readAt: Instant?
    private var freshUntil: Instant?
    private var attemptedAt: Instant?
    private var isReading = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    /// The set, unless it was read too long ago. A clock that was set back makes it old, too.
    func trusted(at now: Instant) -> KeySet? {
        guard let readAt, now < readAt + Self.trust, now > readAt - Self.trust else { return nil }
        return keys
    }

    /// What whoever needs keys should do. `read` obliges to call `finish`.
    mutating func ask(for wanted: String?, at now: Instant) -> Answer {
        let trusted = trusted(at: now)
        let isFresh = trusted != nil && freshUntil.map { now < $0 } ?? false
        let suffices = wanted.map { trusted?[$0] != nil } ?? isFresh
        if suffices { return .use }
        if isReading { return wanted == nil && trusted != nil ? .use : .wait }
        if let attemptedAt, now < attemptedAt + Self.spacing, now >= attemptedAt { return .use }
        isReading = true
        attemptedAt = now
        return .read
    }

    /// Puts somebody in line for the end of a reading; false where it has ended meanwhile.
    mutating func enqueue(_ waiter: CheckedContinuation<Void, Never>) -> Bool {
        guard isReading else { return false }
        waiters.append(waiter)
        return true
    }

    /// - Returns: who waited.
    mutating func finish(_ outcome: Outcome, at now: Instant) -> [CheckedContinuation<Void, Never>] {
        isReading = false
        if case .read(let keys, let maximumAge) = outcome {
            self.keys = keys
            readAt = now
            let age = maximumAge ?? .hours(1)
            freshUntil = now + min(max(age, Self.freshness.lowerBound), Self.freshness.upperBound)
        }
        defer { waiters = [] }
        return waiters
    }
}
