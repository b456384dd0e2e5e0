internal import EDM
internal import JSON

/// A token's claims by the names of RFC 7519, RFC 9068 and Microsoft Entra.
struct Claims {
    private let object: JSONObject

    init(_ object: JSONObject) { self.object = object }

    func text(_ name: String) -> String? {
        guard let text = object[name]?.string, !text.isEmpty else { return nil }
        return text
    }

    var issuer: String? { text("iss") }
    var tenantID: String? { text("tid")?.lowercased() }
    /// The client application: v2 tokens of Entra say `azp`, v1 `appid`, RFC 9068 `client_id`.
    var client: String { text("azp") ?? text("appid") ?? text("client_id") ?? "" }
    var tokenID: String? { text("uti") ?? text("jti") }
    var authenticationTime: Int64? { object["auth_time"]?.integer }

    /// One or more audiences (RFC 7519 §4.1.3).
    var audiences: [String] { object["aud"]?.string.map { [$0] } ?? strings("aud") ?? [] }
    var authenticationMethods: [String] { strings("amr") ?? [] }
    var roles: [String] { strings("roles") ?? [] }

    /// Delegated scopes, separated by spaces. An array isn't what the specifications say and grants nothing.
    func scopes(_ name: String) -> Set<String>? {
        text(name).map { Set($0.split(separator: " ").map(String.init)) }
    }

    func has(_ name: String) -> Bool { object[name] != nil }

    private func strings(_ name: String) -> [String]? {
        guard let array = object[name]?.array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }

    /// Checks `exp`, which must be there, and `nbf` and `iat` where they are (RFC 7519 §4.1.4–4.1.6).
    /// - Returns: when the token ends.
    func checkLifetime(at now: Instant, skew: Duration) throws(AuthenticationError) -> Instant {
        guard let expires = try date("exp") else { throw .failed("The token has no 'exp'.") }
        guard now < expires + skew else { throw .expired }
        for name in ["nbf", "iat"] {
            if let start = try date(name), start - skew > now { throw .early }
        }
        return expires
    }

    /// A NumericDate (RFC 7519 §2), which may have a fraction.
    private func date(_ name: String) throws(AuthenticationError) -> Instant? {
        guard let value = object[name] else { return nil }
        guard case .number(let number) = value, (0...253_402_300_799).contains(number.double) else {
            throw .failed("The token's '\(name)' isn't a date.")
        }
        return Instant(microseconds: Int64(number.double * 1_000_000))
    }
}
