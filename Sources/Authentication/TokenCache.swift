internal import Crypto
internal import Directory
internal import EDM
internal import Synchronization

/// Verified tokens by the SHA-256 of their text: verifying costs fifty times more than looking up.
///
/// An entry holds what the token itself says and nothing that the directory decides. It lives for five minutes at most, not
/// past the token's end, and not past its key's place in the issuer's set (security rule R19).
final class TokenCache: Sendable {
    struct Entry: Sendable {
        let caller: Caller
        let issuer: Issuer
        let keyID: String
        let expires: Instant
    }

    static let lifetime: Duration = .seconds(300)

    private let capacity: Int
    private let entries = Mutex<[SHA256Digest: (entry: Entry, until: Instant)]>([:])

    init(capacity: Int) { self.capacity = capacity }

    static func key(_ token: String) -> SHA256Digest { SHA256.hash(data: Array(token.utf8)) }

    func caller(_ key: SHA256Digest, at now: Instant) -> Caller? {
        guard let (entry, until) = entries.withLock({ $0[key] }) else { return nil }
        // A clock set back must not lengthen an entry's life.
        guard now < until, until <= now + Self.lifetime, entry.issuer.keys.holds(entry.keyID) else {
            entries.withLock { _ = $0.removeValue(forKey: key) }
            return nil
        }
        return entry.caller
    }

    func insert(_ entry: Entry, for key: SHA256Digest, at now: Instant) {
        let until = min(entry.expires, now + Self.lifetime)
        guard now < until else { return }
        entries.withLock { entries in
            if entries.count >= capacity { Self.evict(from: &entries, at: now, capacity: capacity) }
            entries[key] = (entry, until)
        }
    }

    var count: Int { entries.withLock { $0.count } }

    /// Drops what has ended; where that isn't a tenth, what ends first.
    private static func evict(
        from entries: inout [SHA256Digest: (entry: Entry, until: Instant)], at now: Instant, capacity: Int
    ) {
        entries = entries.filter { now < $0.value.until }
        let wanted = capacity - max(1, capacity / 10)
        guard entries.count > wanted else { return }
        let ordered = entries.sorted { $0.value.until < $1.value.until }
        for (key, _) in ordered.prefix(entries.count - wanted) { entries[key] = nil }
    }
}
