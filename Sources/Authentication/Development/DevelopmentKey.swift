internal import Crypto
package import JSON
internal import Text

/// A key of the development issuer, both halves as JWKs (RFC 7517).
package struct DevelopmentKey: Hashable, Sendable {
    /// The key's thumbprint (RFC 7638), which is also its `kid`.
    package let id: String
    package let publicKey: JSONObject
    /// Never leaves the machine.
    package let privateKey: JSONObject

    package init(id: String, publicKey: JSONObject, privateKey: JSONObject) {
        self.id = id
        self.publicKey = publicKey
        self.privateKey = privateKey
    }

    /// A new P-256 key.
    package static func create() -> DevelopmentKey {
        let key = P256.Signing.PrivateKey()
        let point = [UInt8](key.publicKey.rawRepresentation)
        let x = JSONValue.string(Base64URL.encode(point.prefix(32)))
        let y = JSONValue.string(Base64URL.encode(point.suffix(32)))
        let required: JSONObject = ["crv": "P-256", "kty": "EC", "x": x, "y": y]
        let id = Base64URL.encode(SHA256.hash(data: JSONValue.object(required).canonicalBytes))
        var publicKey = required
        publicKey["kid"] = .string(id)
        publicKey["alg"] = "ES256"
        publicKey["use"] = "sig"
        var privateKey = publicKey
        privateKey["d"] = .string(Base64URL.encode([UInt8](key.rawRepresentation)))
        return DevelopmentKey(id: id, publicKey: publicKey, privateKey: privateKey)
    }

    /// What may be published of a key: these members and no others, whatever was stored.
    var published: JSONObject {
        JSONObject(
            ["kty", "use", "alg", "kid", "crv", "x", "y"].compactMap { name in publicKey[name].map { (name, $0) } })
    }
}
