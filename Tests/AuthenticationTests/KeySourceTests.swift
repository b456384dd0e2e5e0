import Authentication
import Directory
import EDM
import JSON
import Testing

@Suite struct KeySourceTests {
    let clock = TestClock()
    let cache = TokenCacheTests()

    private func authenticator(_ source: KeySource) -> Authenticator {
        let clock = clock
        // No cache: each token asks the key source.
        return Authenticator(
            issuers: [
                Issuer(
                    Names.issuer, profile: .entra, tenants: .byClaim([Names.tenantID: Names.tenant]),
                    audiences: [Names.audience],
                    keys: source)
            ], origins: [], clock: { clock.now }, capacity: 1)
    }

    private func token(_ signer: TestSigner, _ id: Int) throws -> String {
        try signer.token(claims(clock, ["uti": .string("token-\(id)")]))
    }

    @Test("An unknown key name causes a reading, but not more than one a minute")
    func spacing() async throws {
        let (known, unknown) = (try await TestSigner.p256("k1"), try await TestSigner.p256("k2"))
        let publisher = Publisher(keySet(known))
        let authenticator = authenticator(publisher.source(clock))
        #expect(await authenticator.message(try token(known, 0)) == nil)
        #expect(publisher.readings == 1)
        for id in 1...5 { _ = await authenticator.message(try token(unknown, id)) }
        #expect(publisher.readings == 1, "the first reading is less than a minute old")
        clock.advance(.seconds(60))
        for id in 6...9 { _ = await authenticator.message(try token(unknown, id)) }
        #expect(publisher.readings == 2)
    }

    @Test("Many tokens at once cause one reading, and all wait for it")
    func singleFlight() async throws {
        let signer = try await TestSigner.p256("k1")
        let publisher = Publisher(keySet(signer))
        let authenticator = authenticator(publisher.source(clock, delay: .milliseconds(50)))
        let tokens = try (0..<20).map { try token(signer, $0) }
        let messages = await withTaskGroup(of: String?.self) { group in
            for token in tokens { group.addTask { await authenticator.message(token) } }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(messages == [String?](repeating: nil, count: 20))
        #expect(publisher.readings == 1)
    }

    @Test(
        "A publisher's maximum age counts between five minutes and a day",
        arguments: [(Duration.zero, Duration.seconds(300)), (.seconds(900), .seconds(900)), (.days(30), .hours(24))])
    func maximumAge(said: Duration, counts: Duration) async throws {
        let signer = try await TestSigner.p256("k1")
        let publisher = Publisher(keySet(signer))
        let authenticator = authenticator(publisher.source(clock, maximumAge: said))
        #expect(await authenticator.message(try token(signer, 0)) == nil)
        clock.advance(counts - .milliseconds(1))
        #expect(await authenticator.message(try token(signer, 1)) == nil)
        #expect(publisher.readings == 1)
        clock.advance(.milliseconds(1))
        #expect(await authenticator.message(try token(signer, 2)) == nil)
        #expect(publisher.readings == 2)
    }

    @Test("An outage is bridged for a day and not longer, and then it's 503")
    func outage() async throws {
        let signer = try await TestSigner.p256("k1")
        let publisher = Publisher(keySet(signer))
        let authenticator = authenticator(publisher.source(clock))
        #expect(await authenticator.message(try token(signer, 0)) == nil)
        publisher.publish(nil)
        clock.advance(.hours(24) - .seconds(1))
        #expect(await authenticator.message(try token(signer, 1)) == nil)
        clock.advance(.seconds(1))
        guard case .failure(let error) = await authenticator.outcome(try token(signer, 2)) else {
            Issue.record("a token was verified with keys of yesterday")
            return
        }
        #expect(error.status == 503)
    }

    @Test("Keys that were never read are 503, and one good reading heals it")
    func recovery() async throws {
        let signer = try await TestSigner.p256("k1")
        let publisher = Publisher(Array("<html>".utf8))
        let authenticator = authenticator(publisher.source(clock))
        #expect(await authenticator.message(try token(signer, 0))?.contains("signing keys") == true)
        publisher.publish(keySet(signer))
        #expect(await authenticator.message(try token(signer, 1)) != nil, "not asked again within a minute")
        clock.advance(.seconds(60))
        #expect(await authenticator.message(try token(signer, 2)) == nil)
    }

    @Test("Two keys of one name are both out, and a set without acceptable keys is none")
    func ambiguousKeys() async throws {
        let (one, two, fine) = (
            try await TestSigner.p256("k1"), try await TestSigner.p256("k1"), try await TestSigner.p256("k2")
        )
        let authenticator = authenticator(Publisher(keySet(one, two, fine)).source(clock))
        #expect(await authenticator.message(try token(one, 0))?.contains("signature") == true)
        #expect(await authenticator.message(try token(fine, 1)) == nil)
    }
}
