internal import Crypto
internal import EDM
internal import JSON
internal import Text

/// Whose token the development issuer should make, and what it should say.
package struct TokenOrder: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case user(id: String, displayName: String, userPrincipalName: String, scopes: [String], mfa: Bool)
        case application(id: String, displayName: String, roles: [String])
    }

    package var subject: Subject
    /// The client application's id.
    package var client: String
    package var audience: String
    package var lifetime: Duration

    /// A working day.
    package static let defaultLifetime: Duration = .hours(8)

    package init(
        _ subject: Subject, client: String, audience: String = "https://graph.microsoft.com",
        lifetime: Duration = defaultLifetime
    ) {
        self.subject = subject
        self.client = client
        self.audience = audience
        self.lifetime = lifetime
    }

    func claims(issuer: String, tenant: String, now: Instant, id: String) -> JSONObject {
        let seconds = now.microseconds / 1_000_000
        let issuedAt = JSONValue.integer(seconds)
        var claims: JSONObject = [
            "aud": .string(audience), "iss": .string(issuer), "iat": issuedAt, "nbf": issuedAt,
            "exp": .integer(seconds + max(1, lifetime.microseconds / 1_000_000)), "azp": .string(client),
        ]
        switch subject {
        case .user(let oid, let displayName, let userPrincipalName, let scopes, let mfa):
            claims["amr"] = mfa ? ["pwd", "mfa"] : ["pwd"]
            claims["auth_time"] = issuedAt
            claims["name"] = .string(displayName)
            claims["oid"] = .string(oid)
            claims["preferred_username"] = .string(userPrincipalName)
            claims["scp"] = .string(scopes.joined(separator: " "))
            claims["sub"] = .string(Self.pairwise(oid, client))
        case .application(let oid, let displayName, let roles):
            claims["app_displayname"] = .string(displayName)
            claims["idtyp"] = "app"
            claims["oid"] = .string(oid)
            claims["roles"] = .array(roles.map(JSONValue.string))
            claims["sub"] = .string(oid)
        }
        claims["tid"] = .string(tenant)
        claims["uti"] = .string(id)
        claims["jti"] = .string(id)
        claims["ver"] = "2.0"
        return claims
    }

    /// A user's `sub` differs per client, as Entra's does: nothing may be built on it.
    private static func pairwise(_ oid: String, _ client: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array("\(client)/\(oid)".utf8)))
    }
}
