import Authentication
import Directory
import EDM
import JSON
import Synchronization
import Testing

/// A key source's text, which a test changes, and how often it was read.
final class Publisher: Sendable {
    private let state: Mutex<(bytes: [UInt8]?, readings: Int)>
    init(_ bytes: [UInt8]) { state = Mutex((bytes, 0)) }
    func publish(_ bytes: [UInt8]?) { state.withLock { $0.bytes = bytes } }
    var readings: Int { state.withLock { $0.readings } }

    func source(_ clock: TestClock, maximumAge: Duration? = nil, delay: Duration = .zero) -> KeySource {
        KeySource(clock: { clock.now }) {
            let bytes = self.state.withLock { state in
                state.readings += 1
                return state.bytes
            }
            if delay > .zero { try await Task.sleep(for: delay) }
            guard let bytes else { throw Invalid(reason: "nobody answers") }
            return KeySource.Reading(bytes, maximumAge: maximumAge)
        }
    }
}

@Suite struct TokenCacheTests {
    let clock = TestClock()

    func authenticator(_ source: KeySource, skew: Duration = .zero, capacity: Int = 100) -> Authenticator {
        let clock = clock
        return Authenticator(
            issuers: [
                Issuer(
                    Names.issuer, profile: .entra, tenants: .byClaim([Names.tenantID: Names.tenant]),
                    audiences: [Names.audience],
                    skew: skew,
                    keys: source)
            ], origins: [], clock: { clock.now }, capacity: capacity)
    }

    @Test("A token ends at its instant although it was remembered")
    func expiry() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(Publisher(keySet(signer)).source(clock))
        let token = try signer.token(claims(clock, ["exp": .integer(clock.seconds + 2)]))
        #expect(await authenticator.message(token) == nil)
        clock.advance(.milliseconds(1999))
        #expect(await authenticator.message(token) == nil)
        clock.advance(.milliseconds(1))
        #expect(await authenticator.message(token) == "Lifetime validation failed, the token is expired.")
    }

    @Test("An issuer on another clock gets five minutes, and then no more")
    func skew() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(Publisher(keySet(signer)).source(clock), skew: .seconds(300))
        let token = try signer.token(claims(clock, ["nbf": .integer(clock.seconds + 299)]))
        #expect(await authenticator.message(token) == nil)
        clock.advance(.seconds(3600 + 299))
        #expect(await authenticator.message(token) == nil)
        clock.advance(.seconds(1))
        #expect(await authenticator.message(token) == "Lifetime validation failed, the token is expired.")
    }

    @Test("A remembered token is out with its key, within five minutes and a reading")
    func rotation() async throws {
        let (old, new) = (try await TestSigner.p256("k1"), try await TestSigner.p256("k2"))
        let publisher = Publisher(keySet(old))
        let authenticator = authenticator(publisher.source(clock, maximumAge: .zero))
        let token = try old.token(claims(clock))
        #expect(await authenticator.message(token) == nil)
        publisher.publish(keySet(new))
        #expect(await authenticator.message(token) == nil, "the set is fresh for five minutes")
        clock.advance(.seconds(300))
        #expect(await authenticator.message(token)?.contains("signature") == true)
        #expect(await authenticator.message(try new.token(claims(clock))) == nil)
    }

    @Test("A remembered token is out at once when somebody else's token brought the new keys")
    func rotationSeenByAnother() async throws {
        let (old, new) = (try await TestSigner.p256("k1"), try await TestSigner.p256("k2"))
        let publisher = Publisher(keySet(old))
        let authenticator = authenticator(publisher.source(clock))
        let token = try old.token(claims(clock))
        #expect(await authenticator.message(token) == nil)
        publisher.publish(keySet(new))
        clock.advance(.seconds(60))
        #expect(await authenticator.message(try new.token(claims(clock))) == nil)
        #expect(await authenticator.message(token)?.contains("signature") == true)
    }

    @Test("A connection that remembers its token is let in no longer than one that doesn't")
    func lastToken() async throws {
        let (old, new) = (try await TestSigner.p256("k1"), try await TestSigner.p256("k2"))
        let publisher = Publisher(keySet(old))
        let authenticator = authenticator(publisher.source(clock))
        let last = LastToken()
        func message(_ token: String) async -> String? {
            do throws(AuthenticationError) {
                _ = try await authenticator.caller(
                    authorization: "Bearer \(token)", remoteAddress: "192.0.2.1", last: last)
                return nil
            } catch { return error.message }
        }
        let short = try old.token(claims(clock, ["exp": .integer(clock.seconds + 2)]))
        #expect(await message(short) == nil)
        clock.advance(.milliseconds(1999))
        #expect(await message(short) == nil)
        clock.advance(.milliseconds(1))
        #expect(await message(short) == "Lifetime validation failed, the token is expired.")

        // The key goes with the first token that names its successor.
        let long = try old.token(claims(clock))
        #expect(await message(long) == nil)
        publisher.publish(keySet(new))
        clock.advance(.seconds(60))
        #expect(await message(long) == nil)
        #expect(await authenticator.message(try new.token(claims(clock))) == nil)
        #expect(await message(long)?.contains("signature") == true)
    }

    @Test("A connection's callers are those of their tokens, in whatever order they come")
    func lastTokenOfSeveral() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(Publisher(keySet(signer)).source(clock))
        let last = LastToken()
        let tokens = try ["a", "a", "b", "a", "b", "b"].map {
            (id: $0, token: try signer.token(claims(clock, ["uti": .string($0)])))
        }
        var hashes: [String: Set<String>] = [:]
        for (id, token) in tokens {
            let caller = try await authenticator.caller(
                authorization: "Bearer \(token)", remoteAddress: "192.0.2.1", last: last)
            #expect(caller.proof.remoteAddress == "192.0.2.1")
            hashes[id, default: []].insert(caller.proof.tokenHash)
        }
        #expect(hashes.values.allSatisfy { $0.count == 1 })
        #expect(hashes["a"] != hashes["b"])
        // Nothing that only begins or ends like a token that was good is one.
        for spoiled in [String(tokens[5].token.dropLast()), tokens[5].token + "A", tokens[5].token.uppercased()] {
            await #expect(throws: AuthenticationError.self) {
                _ = try await authenticator.caller(
                    authorization: "Bearer \(spoiled)", remoteAddress: "192.0.2.1", last: last)
            }
        }
    }

    @Test("Tokens past the capacity are verified anew and good all the same")
    func capacity() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(Publisher(keySet(signer)).source(clock), capacity: 3)
        let tokens = try (0..<10).map { try signer.token(claims(clock, ["uti": .string("token-\($0)")])) }
        for token in tokens + tokens { #expect(await authenticator.message(token) == nil) }
    }

    @Test("The remote address is the connection's, not that of who brought the token first")
    func remoteAddress() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(Publisher(keySet(signer)).source(clock))
        let token = try signer.token(claims(clock))
        for address in ["192.0.2.1", "192.0.2.2"] {
            let caller = try await authenticator.caller(authorization: "Bearer \(token)", remoteAddress: address)
            #expect(caller.proof.remoteAddress == address)
        }
    }
}
