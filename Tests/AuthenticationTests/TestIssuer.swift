import Authentication
import CryptoExtras
import Directory
import EDM
import JSON
import JWTKit
import Synchronization
import Text

/// A clock that a test moves.
final class TestClock: Sendable {
    private let value: Mutex<Instant>
    init(_ start: Int64 = 1_800_000_000) { value = Mutex(Instant(microseconds: start * 1_000_000)) }
    var now: Instant { value.withLock { $0 } }
    var seconds: Int64 { now.microseconds / 1_000_000 }
    func advance(_ duration: Duration) { value.withLock { $0 = $0 + duration } }
}

/// Somebody who signs: an RSA or a P-256 key with the header and claims that a test wants.
struct TestSigner: Sendable {
    let algorithm: any JWTAlgorithm
    let jwk: JSONObject

    static func rsa(_ kid: String, bits: _RSA.Signing.KeySize = .bits2048, named: String? = nil) async throws -> Self {
        let key = try unsafeKey(bits)
        let primitives = try key.publicKey.getKeyPrimitives()
        var jwk: JSONObject = [
            "kty": "RSA", "use": "sig", "kid": .string(kid), "n": .string(Base64URL.encode(primitives.modulus)),
            "e": .string(Base64URL.encode(primitives.publicExponent)),
        ]
        if let named { jwk["alg"] = .string(named) }
        let signing = try Insecure.RSA.PrivateKey(
            backing: _RSA.Signing.PrivateKey(derRepresentation: key.derRepresentation))
        return Self(
            algorithm: try await JWTKeyCollection().add(rsa: signing, digestAlgorithm: .sha256).getKey(), jwk: jwk)
    }

    private static func unsafeKey(_ bits: _RSA.Signing.KeySize) throws -> _RSA.Signing.PrivateKey {
        try _RSA.Signing.PrivateKey(keySize: bits)
    }

    static func p256(_ kid: String) async throws -> Self {
        let key = DevelopmentKey.create()
        var jwk = key.publicKey
        jwk["kid"] = .string(kid)
        guard let secret = key.privateKey["d"]?.string else { throw Invalid(reason: "no d") }
        return Self(
            algorithm: try await JWTKeyCollection().add(ecdsa: ES256PrivateKey(key: secret)).getKey(), jwk: jwk)
    }

    func token(_ claims: JSONObject, header changes: JSONObject = [:]) throws -> String {
        var header: JSONObject = ["typ": "JWT", "alg": .string(algorithm.name), "kid": jwk["kid"] ?? "?"]
        for (name, value) in changes.members { header[name] = value.isNull ? JSONValue?.none : value }
        let signed = Base64URL.encode(header.bytes) + "." + Base64URL.encode(claims.bytes)
        return signed + "." + Base64URL.encode(try algorithm.sign(Array(signed.utf8)))
    }
}

func keySet(_ signers: TestSigner...) -> [UInt8] {
    (["keys": .array(signers.map { .object($0.jwk) })] as JSONObject).bytes
}

enum Names {
    static let issuer = "https://login.example/tenant-1/v2.0"
    static let tenantID = "0f0e0d0c-0000-4000-8000-000000000001"
    static let tenant = "tenant-1"
    static let audience = "api://countersign"
    static let user = "11111111-2222-4333-8444-555555555555"
}

/// Claims of a delegated Entra token that is good at `clock`; nil takes a claim away.
func claims(_ clock: TestClock, _ changes: JSONObject = [:]) -> JSONObject {
    var claims: JSONObject = [
        "iss": .string(Names.issuer), "aud": .string(Names.audience), "tid": .string(Names.tenantID),
        "oid": .string(Names.user), "azp": "client-1", "scp": "User.Read Group.Read.All", "amr": ["pwd", "mfa"],
        "auth_time": .integer(clock.seconds - 60), "uti": "token-1", "iat": .integer(clock.seconds),
        "nbf": .integer(clock.seconds), "exp": .integer(clock.seconds + 3600),
    ]
    for (name, value) in changes.members { claims[name] = value.isNull ? JSONValue?.none : value }
    return claims
}

extension Authenticator {
    /// The caller behind a token, or the words of its refusal.
    func outcome(_ token: String) async -> Result<String, AuthenticationError> {
        do throws(AuthenticationError) {
            return .success(try await caller(authorization: "Bearer \(token)", remoteAddress: "192.0.2.1").principal.id)
        } catch { return .failure(error) }
    }

    func message(_ token: String) async -> String? {
        if case .failure(let error) = await outcome(token) { error.message } else { nil }
    }
}
