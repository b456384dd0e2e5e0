internal import Crypto
package import EDM
package import JSON
internal import JWTKit
internal import Text

/// The issuer of demo and emulator databases: tokens in the shape of Microsoft Entra's v2 access tokens, signed with ES256.
package struct DevelopmentIssuer: Sendable {
    package let tenant: String
    private let keys: [DevelopmentKey]
    private let signer: any JWTAlgorithm

    /// What its tokens say in `iss`. It is the same whatever the port, because `countersign token` works without a running
    /// server, and it ends in `/dev`, which a production configuration refuses (security rule R20).
    package static func name(tenant: String) -> String { "https://countersign.invalid/\(tenant)/dev" }

    /// - Parameter keys: at least one; the last one signs.
    /// - Throws: `Invalid` where a key can't be read.
    package init(tenant: String, keys: [DevelopmentKey]) async throws {
        guard let last = keys.last, let secret = last.privateKey["d"]?.string,
            let key = try? ES256PrivateKey(key: secret)
        else { throw Invalid(reason: "The development issuer's key can't be read.") }
        self.tenant = tenant
        self.keys = keys
        signer = try await JWTKeyCollection().add(ecdsa: key).getKey()
    }

    /// As the authenticator knows it. Graph's own audiences count here, because SDKs and `az` ask for them.
    package func issuer(keys: KeySource) -> Issuer {
        Issuer(
            Self.name(tenant: tenant), profile: .entra, tenants: .byClaim([tenant: tenant]), audiences: Audience.graph,
            skew: .zero, keys: keys)
    }

    /// Signs a token.
    /// - Parameters:
    ///   - now: the wall clock's time, from which the token counts.
    ///   - id: unique, for `uti` and `jti`.
    package func mint(_ order: TokenOrder, now: Instant, id: String) throws -> String {
        guard let kid = keys.last?.id else { throw Invalid(reason: "The development issuer has no key.") }
        let header: JSONObject = ["typ": "JWT", "alg": "ES256", "kid": .string(kid)]
        let claims = order.claims(issuer: Self.name(tenant: tenant), tenant: tenant, now: now, id: id)
        let signed = Base64URL.encode(header.bytes) + "." + Base64URL.encode(claims.bytes)
        return signed + "." + Base64URL.encode(try signer.sign(Array(signed.utf8)))
    }

    /// The JWK Set of `/{tenant}/discovery/v2.0/keys`: public halves only.
    package var keySet: JSONObject { ["keys": .array(keys.map { .object($0.published) })] }

    /// The document of `/{tenant}/v2.0/.well-known/openid-configuration` (OpenID Connect Discovery 1.0 §3), as far as MSAL
    /// reads it.
    package func discovery(publicURL: String) -> JSONObject {
        let base = JSONValue.string
        return [
            "issuer": .string(Self.name(tenant: tenant)),
            "authorization_endpoint": base("\(publicURL)/\(tenant)/oauth2/v2.0/authorize"),
            "token_endpoint": base("\(publicURL)/\(tenant)/oauth2/v2.0/token"),
            "device_authorization_endpoint": base("\(publicURL)/\(tenant)/oauth2/v2.0/devicecode"),
            "jwks_uri": base("\(publicURL)/\(tenant)/discovery/v2.0/keys"),
            "response_types_supported": ["code"], "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["ES256"], "scopes_supported": ["openid", "profile"],
        ]
    }
}
