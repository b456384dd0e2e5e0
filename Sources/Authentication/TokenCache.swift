internal import Crypto
internal import Directory
internal import EDM
internal import Synchronization

/// Verified tokens by the SHA-256 of their text: verifying costs fifty times more than looking up.
final class TokenCache: Sendable {
    /// What a verified token says itself, and nothing that the directory decides.
    ///
    /// It counts for five minutes at most, not past the token's end, and not past its key's place in the issuer's set
    /// (security rule R19).
    final class Entry: Sendable {
        let caller: Caller
        private let issuer: Issuer
        private let keyID: String
        fileprivate let until: Instant

        /// - Parameter expires: the token's end.
        init(caller: Caller, issuer: Issuer, keyID: String, expires: Instant, verified now: Instant) {
            self.caller = caller
            self.issuer = issuer
            self.keyID = keyID
            until = min(expires, now + TokenCache.lifetime)
        }

        /// A clock set back must not lengthen its life.
        func counts(at now: Instant) -> Bool {
            now < until && until <= now + TokenCache.lifetime && issuer.keys.holds(keyID)
        }
    }

    private static let lifetime: Duration = .seconds(300)

    private let capacity: Int
    private let entries = Mutex<[SHA256Digest: Entry]>([:])

    init(capacity: Int) { self.capacity = capacity }

    static func key(_ token: Substring) -> SHA256Digest {
        var (hash, token) = (SHA256(), token)
        token.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        return hash.finalize()
    }

    func entry(_ key: SHA256Digest, at now: Instant) -> Entry? {
        guard let entry = entries.withLock({ $0[key] }) else { return nil }
        guard entry.counts(at: now) else {
            entries.withLock { _ = $0.removeValue(forKey: key) }
            return nil
        }
        return entry
    }

    func insert(_ entry: Entry, for key: SHA256Digest, at now: Instant) {
        guard now < entry.until else { return }
        entries.withLock { entries in
            if entries.count >= capacity { Self.evict(from: &entries, at: now, capacity: capacity) }
            entries[key] = entry
        }
    }

    /// Drops what has ended; where that isn't a tenth, what ends first.
    private static func evict(from entries: inout [SHA256Digest: Entry], at now: Instant, capacity: Int) {
        entries = entries.filter { now < $0.value.until }
        let wanted = capacity - max(1, capacity / 10)
        guard entries.count > wanted else { return }
        let ordered = entries.sorted { $0.value.until < $1.value.until }
        for (key, _) in ordered.prefix(entries.count - wanted) { entries[key] = nil }
    }
}

/// The last token of a connection: most clients send the same one again and again, and comparing it costs a twentieth of
/// hashing it.
package final class LastToken: Sendable {
    private let last = Mutex<(authorization: String, entry: TokenCache.Entry, caller: Caller)?>(nil)

    package init() {}

    func caller(_ authorization: String, at now: Instant) -> Caller? {
        guard let last = last.withLock({ $0 }), last.authorization == authorization, last.entry.counts(at: now) else {
            return nil
        }
        return last.caller
    }

    func remember(_ authorization: String, _ entry: TokenCache.Entry, _ caller: Caller) {
        last.withLock { $0 = (authorization, entry, caller) }
    }
}
