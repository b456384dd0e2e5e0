internal import JSON

/// The keys of one issuer: a JWK Set (RFC 7517 §5).
struct KeySet: Sendable {
    private let keys: [String: VerificationKey]

    /// Reads a set; keys that aren't acceptable are left out, as RFC 7517 §5 wants for ones that aren't understood. Two
    /// keys of one `kid` are both left out, because a token couldn't say which it means.
    /// - Throws: `Invalid` for what isn't a JWK Set, and for one without any acceptable key.
    init(_ bytes: some Collection<UInt8>) async throws {
        let array = try JSONReader.read(bytes).object?["keys"]?.array
        guard let array else { throw Invalid(reason: "isn't a JWK Set: it has no 'keys'.") }
        var keys: [String: VerificationKey] = [:]
        var repeated: Set<String> = []
        for jwk in array.compactMap(\.object) {
            guard let key = await VerificationKey(jwk) else { continue }
            if keys.updateValue(key, forKey: key.id) != nil { repeated.insert(key.id) }
        }
        for id in repeated { keys[id] = nil }
        guard !keys.isEmpty else {
            throw Invalid(
                reason: "has no acceptable key: RSA of at least 2048 bits, P-256 or P-384, each with a 'kid'.")
        }
        self.keys = keys
    }

    subscript(id: String) -> VerificationKey? { keys[id] }
}
