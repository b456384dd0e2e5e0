import Authentication
import Directory
import EDM
import JSON
import Testing

@Suite struct DevelopmentIssuerTests {
    let clock = TestClock()
    let tenant = "5ba2cf92-9b8b-5a5c-bee5-ea6df726d8bc"

    private func setUp(_ key: DevelopmentKey) async throws -> (DevelopmentIssuer, Authenticator) {
        let clock = clock
        let development = try await DevelopmentIssuer(tenant: tenant, keys: [key])
        let source = KeySource(clock: { clock.now }) { KeySource.Reading(development.keySet.bytes) }
        return (
            development,
            Authenticator(
                issuers: [development.issuer(keys: source)], origins: ["http://127.0.0.1:8080"], clock: { clock.now })
        )
    }

    private func order(_ scopes: [String] = ["User.Read"], audience: String = "https://graph.microsoft.com")
        -> TokenOrder
    {
        TokenOrder(
            .user(
                id: Names.user, displayName: "Alice", userPrincipalName: "alice@demo.example", scopes: scopes, mfa: true
            ),
            client: "client-1", audience: audience, lifetime: .seconds(60))
    }

    @Test("A user's token comes back as that user")
    func user() async throws {
        let (development, authenticator) = try await setUp(.create())
        let token = try development.mint(order(["A", "B"]), now: clock.now, id: "id-1")
        let caller = try await authenticator.caller(authorization: "Bearer \(token)", remoteAddress: "")
        #expect(caller.tenant == tenant && caller.principal == Principal(.user, Names.user))
        #expect(caller.permissions == ["A", "B"] && caller.proof.authenticationMethods == ["pwd", "mfa"])
        #expect(caller.proof.issuer.hasSuffix("/dev"), "a production configuration refuses such issuers")
    }

    @Test("An application's token comes back as that application")
    func application() async throws {
        let (development, authenticator) = try await setUp(.create())
        let order = TokenOrder(
            .application(id: Names.user, displayName: "Automation", roles: ["R"]), client: "client-2")
        let token = try development.mint(order, now: clock.now, id: "id-1")
        let caller = try await authenticator.caller(authorization: "Bearer \(token)", remoteAddress: "")
        #expect(caller.isApplication && caller.permissions == ["R"] && caller.proof.client == "client-2")
    }

    @Test("Signer and verifier are on one clock: not a second longer")
    func lifetime() async throws {
        let (development, authenticator) = try await setUp(.create())
        let token = try development.mint(order(), now: clock.now, id: "id-1")
        clock.advance(.seconds(60))
        #expect(await authenticator.message(token) == "Lifetime validation failed, the token is expired.")
    }

    @Test(
        "Graph's audiences and the server's own are accepted",
        arguments: [
            "https://graph.microsoft.com", "https://graph.microsoft.com/", "00000003-0000-0000-c000-000000000000",
            "http://127.0.0.1:8080", "http://127.0.0.1",
        ])
    func audiences(audience: String) async throws {
        let (development, authenticator) = try await setUp(.create())
        let token = try development.mint(order(audience: audience), now: clock.now, id: "id-1")
        #expect(await authenticator.message(token) == nil)
    }

    @Test("The key set holds no private member, even where one was stored among the public ones")
    func publishedKeys() async throws {
        let key = DevelopmentKey.create()
        let leaky = DevelopmentKey(id: key.id, publicKey: key.privateKey, privateKey: key.privateKey)
        let (development, _) = try await setUp(leaky)
        let published = development.keySet["keys"]?.array?.first?.object
        #expect(published.map { Set($0.names) } == ["kty", "use", "alg", "kid", "crv", "x", "y"])
    }

    @Test("Another database's token proves nothing")
    func foreignToken() async throws {
        let (_, authenticator) = try await setUp(.create())
        let (foreign, _) = try await setUp(.create())
        #expect(
            await authenticator.message(try foreign.mint(order(), now: clock.now, id: "id-1"))?.contains("signature")
                == true)
    }

    @Test("The discovery document names the issuer of the tokens and this server's addresses")
    func discovery() async throws {
        let (development, _) = try await setUp(.create())
        let document = development.discovery(publicURL: "http://127.0.0.1:8080")
        #expect(document["issuer"]?.string == DevelopmentIssuer.name(tenant: tenant))
        #expect(document["jwks_uri"]?.string == "http://127.0.0.1:8080/\(tenant)/discovery/v2.0/keys")
    }
}
