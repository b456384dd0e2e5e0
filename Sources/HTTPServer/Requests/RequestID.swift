internal import GraphAPI
internal import Storage

/// The two ids that Graph's answers bear: the server's own, and the client's as it came.
package struct RequestIDs: Hashable, Sendable {
    /// A UUID, unique per request.
    let own: String
    /// What the client called the request; nil where it said nothing, or something that has no place in a header.
    let client: String?

    init(_ headers: GraphHeaders) {
        own = UUIDs.version4(entropy: SystemEntropy())
        client = ["client-request-id", "x-ms-client-request-id"].lazy.compactMap { headers[$0] }
            .first(where: Self.isSane)
    }

    /// Up to 128 characters of those that ids are made of: usually a GUID, and nothing that means something to a log, a
    /// header, a page or a shell.
    private static func isSane(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-._".unicodeScalars.contains(scalar))
            }
    }
}
