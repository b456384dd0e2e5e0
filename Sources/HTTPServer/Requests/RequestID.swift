internal import Storage

/// The two ids that Graph's answers bear: the server's own, and the client's as it came.
package struct RequestIDs: Hashable, Sendable {
    /// A UUID, unique per request.
    let own = UUIDs.forRequest()
    /// What the client called the request; nil where it said nothing, or something that has no place in a header.
    let client: String?

    init(_ fields: HeadFields = HeadFields()) {
        client = [fields.clientRequestID, fields.olderClientRequestID].lazy.compactMap(\.self).first(where: Self.isSane)
    }

    /// Up to 128 characters of those that ids are made of: usually a GUID, and nothing that means something to a log, a
    /// header, a page or a shell.
    private static func isSane(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
