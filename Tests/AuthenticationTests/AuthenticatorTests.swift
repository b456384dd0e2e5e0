import Authentication
import Crypto
import Directory
import EDM
import JSON
import Testing
import Text

@Suite struct AuthenticatorTests {
    let clock = TestClock()

    /// An authenticator that knows one issuer with one RSA key, and that key.
    func authenticator(
        _ signer: TestSigner, profile: Issuer.Profile = .entra, extra: [Issuer] = []
    ) -> Authenticator {
        let clock = clock
        let issuer = Issuer(
            Names.issuer, profile: profile, tenants: .byClaim([Names.tenantID: Names.tenant]),
            audiences: [Names.audience],
            keys: KeySource(clock: { clock.now }) { KeySource.Reading(keySet(signer)) })
        return Authenticator(
            issuers: [issuer] + extra, origins: ["https://approvals.example:8443"], clock: { clock.now })
    }

    @Test("A good token gives a caller with everything that a decision's event keeps")
    func proof() async throws {
        let signer = try await TestSigner.rsa("k1")
        let caller = try await authenticator(signer).caller(
            authorization: "bearer  \(signer.token(claims(clock)))", remoteAddress: "192.0.2.7")
        #expect(caller.tenant == Names.tenant)
        #expect(caller.principal == Principal(.user, Names.user))
        #expect(caller.permissions == ["User.Read", "Group.Read.All"])
        #expect(caller.proof.issuer == Names.issuer)
        #expect(caller.proof.client == "client-1")
        #expect(caller.proof.authenticationMethods == ["pwd", "mfa"])
        #expect(caller.proof.authenticationTime == clock.seconds - 60)
        #expect(caller.proof.remoteAddress == "192.0.2.7")
        let hash = SHA256.hash(data: Array("token-1".utf8)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
            .joined()
        #expect(caller.proof.tokenHash == hash)
    }

    @Test(
        "What isn't one bearer token is no token",
        arguments: [nil, "", " ", "Bearer", "Bearer ", "Basic YWxpY2U6YWxpY2U=", "bare.token.here"])
    func noToken(authorization: String?) async throws {
        let authenticator = authenticator(try await TestSigner.p256("k1"))
        let error = await #expect(throws: AuthenticationError.self) {
            try await authenticator.caller(authorization: authorization, remoteAddress: "")
        }
        #expect(error?.status == 401 && error?.reason == .missing)
        #expect(error?.message.hasPrefix("Access token is empty.") == true)
    }

    @Test(
        "What isn't a signed JWT is refused in Graph's words",
        arguments: [
            "x", "a.b.c", "....", "e30.e30.", "e30.e30.x y", "e30=.e30.AA", String(repeating: "a", count: 30_000),
        ])
    func malformed(token: String) async throws {
        let message = await authenticator(try await TestSigner.p256("k1")).message(token)
        #expect(message == "CompactToken parsing failed with error code: 80049217")
    }

    @Test(
        "A claim that is wrong refuses the token",
        arguments: [
            (["iss": "https://login.example/tenant-1/v2.0/"], "Invalid issuer."),
            (["iss": "https://LOGIN.example/tenant-1/v2.0"], "Invalid issuer."),
            (["iss": nil], "Invalid issuer."),
            (["aud": "https://graph.windows.net"], "Invalid audience."),
            (["aud": "client-1"], "Invalid audience."),
            (["aud": ["other", 5]], "Invalid audience."),
            (["aud": nil], "Invalid audience."),
            // Graph's own audience counts where an issuer's configuration names it, and here it doesn't.
            (["aud": "https://graph.microsoft.com"], "Invalid audience."),
            (["tid": "0f0e0d0c-0000-4000-8000-000000000002"], "tenant"),
            (["tid": nil], "tenant"),
            (["oid": nil], "principal"),
            (["scp": nil], "user or an application"),
            (["scp": ""], "user or an application"),
            (["scp": ["User.Read"]], "user or an application"),
            (["scp": nil, "roles": ["User.Read.All"]], "user or an application"),
            (["idtyp": "app"], "user or an application"),
            (["idtyp": "device"], "user or an application"),
            (["exp": nil], "exp"),
            (["exp": "1800003600"], "exp"),
            (["exp": 999_999_999_999_999], "exp"),
            (["exp": 1_799_999_000], "the token is expired."),
            (["nbf": 1_800_001_000], "not valid yet."),
            (["iat": 1_800_001_000], "not valid yet."),
            (["iat": true], "iat"),
        ] as [(JSONObject, String)])
    func wrongClaim(changes: JSONObject, text: String) async throws {
        let signer = try await TestSigner.p256("k1")
        let message = await authenticator(signer).message(try signer.token(claims(clock, changes)))
        #expect(message?.contains(text) == true, "\(message ?? "accepted")")
    }

    @Test(
        "A header that is wrong refuses the token",
        arguments: [
            ["alg": "none"], ["alg": "NoNe"], ["alg": "HS256"], ["alg": "ES384"], ["alg": "RS512"], ["alg": nil],
            ["kid": nil], ["kid": ""], ["kid": "k2"], ["kid": "../../x"], ["kid": "' OR 1=1 --"], ["kid": 1],
            ["crit": ["exp"]], ["jku": "http://127.0.0.1:9/keys"], ["jwk": ["kty": "EC"]],
            ["x5u": "http://127.0.0.1:9/c"],
            ["CRIT": ["exp"]], ["typ": "id_token+jwt"],
        ] as [JSONObject])
    func wrongHeader(changes: JSONObject) async throws {
        let signer = try await TestSigner.p256("k1")
        let message = await authenticator(signer).message(try signer.token(claims(clock), header: changes))
        #expect(message?.hasPrefix("Access token validation failure.") == true, "\(message ?? "accepted")")
    }

    @Test("Another key under a known name, and a changed claim, are an invalid signature")
    func forged() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(signer)
        let other = try await TestSigner.p256("k1")
        let invalid = "Access token validation failure. Invalid signature."
        #expect(await authenticator.message(try other.token(claims(clock))) == invalid)
        #expect(await authenticator.message(try await TestSigner.rsa("k1").token(claims(clock))) == invalid)
        let parts = try signer.token(claims(clock)).split(separator: ".")
        let changed = Base64URL.encode(claims(clock, ["oid": "66666666-2222-4333-8444-555555555555"]).bytes)
        #expect(await authenticator.message("\(parts[0]).\(changed).\(parts[2])") == invalid)
    }

    @Test("A key of another configured issuer verifies nothing of this one, whatever its name")
    func otherIssuersKey() async throws {
        let clock = clock
        let (signer, foreign) = (try await TestSigner.p256("k1"), try await TestSigner.p256("k2"))
        let other = Issuer(
            "https://other.example", profile: .entra, tenants: .fixed("tenant-2"), audiences: [Names.audience],
            keys: KeySource(clock: { clock.now }) { KeySource.Reading(keySet(foreign)) })
        let authenticator = authenticator(signer, extra: [other])
        #expect(await authenticator.message(try foreign.token(claims(clock)))?.contains("signature") == true)
        // Its own tokens belong to its own tenant; those that name another one's to nobody.
        let own = try foreign.token(claims(clock, ["iss": "https://other.example", "tid": nil]))
        #expect(try await authenticator.caller(authorization: "Bearer \(own)", remoteAddress: "").tenant == "tenant-2")
        let named = try foreign.token(claims(clock, ["iss": "https://other.example", "tid": "tenant-2"]))
        #expect(
            try await authenticator.caller(authorization: "Bearer \(named)", remoteAddress: "").tenant == "tenant-2")
        let ours = try foreign.token(claims(clock, ["iss": "https://other.example"]))
        #expect(await authenticator.message(ours)?.contains("tenant") == true)
    }

    @Test("An issuer of one tenant may name the tenant in its own name, as Entra's do")
    func tenantInTheName() async throws {
        let clock = clock
        let signer = try await TestSigner.p256("k1")
        let name = "https://login.example/\(Names.tenantID)/v2.0"
        let issuer = Issuer(
            name, profile: .entra, tenants: .fixed("tenant-2"), audiences: [Names.audience],
            keys: KeySource(clock: { clock.now }) { KeySource.Reading(keySet(signer)) })
        let authenticator = Authenticator(issuers: [issuer], origins: [], clock: { clock.now })
        let token = try signer.token(claims(clock, ["iss": .string(name)]))
        #expect(
            try await authenticator.caller(authorization: "Bearer \(token)", remoteAddress: "").tenant == "tenant-2")
        let other = try signer.token(
            claims(clock, ["iss": .string(name), "tid": "0f0e0d0c-0000-4000-8000-000000000002"]))
        #expect(await authenticator.message(other)?.contains("tenant") == true)
    }

    @Test(
        "Keys that are too weak or not for signatures verify nothing",
        arguments: [["use": "enc"], ["key_ops": ["encrypt"]], ["alg": "RS384"], ["kty": "oct", "k": "c2VjcmV0"]]
            as [JSONObject])
    func unfitKey(changes: JSONObject) async throws {
        let signer = try await TestSigner.rsa("k1")
        var jwk = signer.jwk
        for (name, value) in changes.members { jwk[name] = value }
        let message = await authenticator(TestSigner(algorithm: signer.algorithm, jwk: jwk))
            .message(try signer.token(claims(clock)))
        #expect(message != nil)
    }

    @Test(
        "Audiences count with and without a slash, a scope's suffix, and the origin's port",
        arguments: [
            Names.audience, "\(Names.audience)/", "\(Names.audience)/.default", "https://approvals.example:8443",
            "https://approvals.example:8443/", "https://approvals.example", "https://approvals.example/.default",
        ])
    func audiences(audience: String) async throws {
        let signer = try await TestSigner.p256("k1")
        let token = try signer.token(claims(clock, ["aud": .string(audience)]))
        #expect(await authenticator(signer).outcome(token) == .success(Names.user))
    }

    @Test("An application's token counts with its roles, a user's with its scopes, and neither with the other's")
    func kinds() async throws {
        let signer = try await TestSigner.p256("k1")
        let authenticator = authenticator(signer)
        let roles: JSONValue = ["DeviceManagementConfiguration.ReadWrite.All"]
        let app = try await authenticator.caller(
            authorization: "Bearer \(signer.token(claims(clock, ["scp": nil, "idtyp": "app", "roles": roles])))",
            remoteAddress: "")
        #expect(app.isApplication && app.permissions == ["DeviceManagementConfiguration.ReadWrite.All"])
        let user = try await authenticator.caller(
            authorization: "Bearer \(signer.token(claims(clock, ["roles": roles, "wids": roles, "groups": roles])))",
            remoteAddress: "")
        #expect(!user.isApplication && user.permissions == ["User.Read", "Group.Read.All"])
    }

    @Test("In other profiles the configured claim makes an application, and never a guess")
    func otherProfiles() async throws {
        let signer = try await TestSigner.p256("k1")
        let marked = Issuer.ClaimValue("grant", equals: "client_credentials")
        let generic = authenticator(signer, profile: .generic(applications: marked))
        func kind(_ authenticator: Authenticator, _ changes: JSONObject, _ header: JSONObject = [:]) async -> Bool? {
            guard let token = try? signer.token(claims(clock, changes), header: header) else { return nil }
            return try? await authenticator.caller(authorization: "Bearer \(token)", remoteAddress: "").isApplication
        }
        let subject: JSONObject = ["sub": "person-1"]
        #expect(await kind(generic, subject) == false)
        #expect(await kind(generic, ["sub": "person-1", "scp": nil, "scope": "User.Read"]) == false)
        #expect(await kind(generic, ["sub": "app-1", "scp": nil, "grant": "client_credentials"]) == true)
        #expect(await kind(generic, ["sub": "app-1", "scp": nil, "idtyp": "app"]) == nil)
        let unmarked = authenticator(signer, profile: .rfc9068(applications: nil))
        #expect(await kind(unmarked, subject, ["typ": "application/at+JWT"]) == false)
        #expect(await kind(unmarked, subject) == nil, "RFC 9068 tokens say at+jwt")
    }
}
