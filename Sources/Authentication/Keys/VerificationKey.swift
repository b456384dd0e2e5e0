internal import JSON
internal import JWTKit
internal import Text

/// A public key and the algorithms that it may be used with. The token's header only chooses among these: a key never
/// verifies what another algorithm made (RFC 8725 §3.1).
struct VerificationKey: Sendable {
    let id: String
    private let algorithms: [String: any JWTAlgorithm]

    func verifies(_ token: CompactToken, algorithm: String) -> Bool {
        guard let algorithm = algorithms[algorithm] else { return false }
        return (try? algorithm.verify(token.signature, signs: token.signedBytes)) ?? false
    }

    private static let digests: [(name: String, digest: DigestAlgorithm)] = [
        ("RS256", .sha256), ("RS384", .sha384), ("RS512", .sha512),
    ]

    /// - Returns: nil for a key that isn't for verifying, that has no `kid`, or that is of a kind or size that isn't
    ///   accepted: symmetric (`oct`) keys and RSA below 2048 bits are not.
    init?(_ jwk: JSONObject) async {
        guard let id = jwk["kid"]?.string, !id.isEmpty, jwk["use"].map({ $0 == "sig" }) ?? true,
            jwk["key_ops"].map({ $0.array?.contains("verify") ?? false }) ?? true
        else { return nil }
        self.id = id
        let named = jwk["alg"]?.string
        var algorithms: [String: any JWTAlgorithm] = [:]
        switch (jwk["kty"]?.string, jwk["crv"]?.string) {
        case ("RSA", _):
            guard let modulus = jwk["n"]?.string, let exponent = jwk["e"]?.string, Self.bits(modulus) >= 2048,
                let key = try? Insecure.RSA.PublicKey(modulus: modulus, exponent: exponent)
            else { return nil }
            for (name, digest) in Self.digests where named == nil || named == name {
                let keys = await JWTKeyCollection().add(rsa: key, digestAlgorithm: digest)
                algorithms[name] = try? await keys.getKey()
            }
        case ("EC", "P-256") where named == nil || named == "ES256":
            guard let point = Self.point(jwk), let key = try? ES256PublicKey(parameters: point) else { return nil }
            algorithms["ES256"] = try? await JWTKeyCollection().add(ecdsa: key).getKey()
        case ("EC", "P-384") where named == nil || named == "ES384":
            guard let point = Self.point(jwk), let key = try? ES384PublicKey(parameters: point) else { return nil }
            algorithms["ES384"] = try? await JWTKeyCollection().add(ecdsa: key).getKey()
        default: return nil
        }
        guard !algorithms.isEmpty else { return nil }
        self.algorithms = algorithms
    }

    private static func point(_ jwk: JSONObject) -> (x: String, y: String)? {
        guard let x = jwk["x"]?.string, let y = jwk["y"]?.string else { return nil }
        return (x, y)
    }

    private static func bits(_ modulus: String) -> Int {
        guard let bytes = Base64URL.decode(modulus.utf8) else { return 0 }
        let significant = bytes.drop { $0 == 0 }
        return significant.count * 8 - (significant.first?.leadingZeroBitCount ?? 0)
    }
}
