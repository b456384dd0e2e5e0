internal import JSON
internal import Text

/// A JWT in compact form (RFC 7519, RFC 7515 §7.1), split and read but not yet believed.
struct CompactToken {
    let header: JSONObject
    let claims: Claims
    /// What the signature is over: the first two parts as they came.
    let signedBytes: ArraySlice<UInt8>
    let signature: [UInt8]

    /// Two thirds of the header block's cap; Entra's largest tokens are below 8 KiB.
    static let maximumLength = 20 * 1024

    /// - Throws: `AuthenticationError.malformed`.
    init(_ text: String) throws(AuthenticationError) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength else { throw .malformed }
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]), !signature.isEmpty else { throw .malformed }
        header = try Self.object(parts[0])
        claims = Claims(try Self.object(parts[1]))
        self.signature = signature
        signedBytes = bytes[..<parts[1].endIndex]
    }

    /// Read by the house's one strict reader: a claim that appears twice has no meaning (RFC 7519 §4).
    private static func object(_ part: ArraySlice<UInt8>) throws(AuthenticationError) -> JSONObject {
        guard let bytes = Base64URL.decode(part), let value = try? JSONReader.read(bytes), let object = value.object
        else { throw .malformed }
        return object
    }

    /// Headers that would let a token bring or point to its own key (RFC 7515 §4.1.2–4.1.5), or that demand something of
    /// the reader (`crit`, §4.1.11), of which nothing is understood here.
    private static let refusedHeaders = ["crit", "jku", "jwk", "x5u"]

    /// The key and the algorithm that the header names.
    func reference(for profile: Issuer.Profile) throws(AuthenticationError) -> (keyID: String, algorithm: String) {
        guard Self.refusedHeaders.allSatisfy({ header.member(ignoringCase: $0) == nil }),
            let keyID = header["kid"]?.string, let algorithm = header["alg"]?.string
        else { throw .failed("The token's header isn't acceptable.") }
        var type = header["typ"]?.string?.lowercased()
        if let full = type, full.hasPrefix("application/") { type = String(full.dropFirst("application/".count)) }
        let accepted: Set<String?> =
            if case .rfc9068 = profile { ["at+jwt"] } else { [nil, "jwt", "at+jwt"] }
        guard accepted.contains(type) else { throw .failed("The token isn't an access token.") }
        return (keyID, algorithm)
    }
}
