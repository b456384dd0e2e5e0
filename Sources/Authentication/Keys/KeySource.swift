internal import EDM
internal import Synchronization

/// Where an issuer's keys come from: read when they are first needed, again when they are old, and again when a token names
/// one that isn't there, but never more than once a minute, and never twice at the same time.
package final class KeySource: Sendable {
    /// What a reading brings: the text of a JWK Set and for how long its publisher says that it holds.
    package struct Reading: Sendable {
        package let bytes: [UInt8]
        package let maximumAge: Duration?

        package init(_ bytes: [UInt8], maximumAge: Duration? = nil) {
            self.bytes = bytes
            self.maximumAge = maximumAge
        }
    }

    package typealias Read = @Sendable () async throws -> Reading

    private let read: Read
    private let clock: WallClock
    /// Told about readings that fail; never about keys.
    private let report: @Sendable (any Error) -> Void
    private let state = Mutex(KeySourceState())

    package init(
        clock: @escaping WallClock = systemWallClock, report: @escaping @Sendable (any Error) -> Void = { _ in },
        read: @escaping Read
    ) {
        self.clock = clock
        self.report = report
        self.read = read
    }

    /// The issuer's key of that name, after a new reading where that may help.
    /// - Throws: `AuthenticationError.unavailable` where there are no keys that may still be trusted.
    func key(_ id: String) async throws(AuthenticationError) -> VerificationKey? {
        if let key = try await keys(wanting: nil)[id] { return key }
        return try await keys(wanting: id)[id]
    }

    /// Whether a key is in the set as far as is known without a reading. False once the set is too old to be trusted.
    func holds(_ id: String) -> Bool {
        let now = clock()
        return state.withLock { $0.trusted(at: now)?[id] != nil }
    }

    private func keys(wanting id: String?) async throws(AuthenticationError) -> KeySet {
        let now = clock()
        switch state.withLock({ $0.ask(for: id, at: now) }) {
        case .use: break
        case .read: await refresh()
        case .wait:
            await withCheckedContinuation { continuation in
                if !state.withLock({ $0.enqueue(continuation) }) { continuation.resume() }
            }
        }
        guard let keys = state.withLock({ $0.trusted(at: clock()) }) else { throw .unavailable }
        return keys
    }

    private func refresh() async {
        let outcome: KeySourceState.Outcome
        do {
            let reading = try await read()
            outcome = .read(try await KeySet(reading.bytes), maximumAge: reading.maximumAge)
        } catch {
            report(error)
            outcome = .failed
        }
        let now = clock()
        for waiter in state.withLock({ $0.finish(outcome, at: now) }) { waiter.resume() }
    }
}
