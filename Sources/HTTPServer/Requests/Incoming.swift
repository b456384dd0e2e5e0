package import GraphAPI
internal import HTTPTypes

/// One HTTP request as a value.
package struct Incoming: Sendable {
    package let method: String
    /// Path and query as sent.
    package let target: String
    package let headers: GraphHeaders
    let fields: HeadFields
    /// After content decoding; empty until a route wants it.
    package var body: [UInt8] = []
    package let ids: RequestIDs
    /// The first `Host` field, or the authority of an absolute target.
    package let host: String?
    package let peer: Peer

    /// - Parameter fields: all but the first `Host`, which HTTP types keep apart; a second one is still among them.
    init(method: String, target: String, fields: HTTPFields, host: String?, peer: Peer) {
        var headers: [(name: String, value: String)] = []
        headers.reserveCapacity(fields.count + 1)
        var found = HeadFields()
        if let host {
            headers.append(("Host", host))
            found.note("host", host)
        }
        for field in fields {
            let value = field.value
            headers.append((field.name.rawName, value))
            found.note(field.name.canonicalName, value)
        }
        self.method = method
        self.target = target
        self.headers = GraphHeaders(headers)
        self.fields = found
        self.host = host
        self.peer = peer
        ids = RequestIDs(found)
    }

    /// The path's segments, still percent-encoded; empty ones don't count, because SDKs with a base URL that ends in a
    /// slash send them.
    package var segments: [Substring] {
        target.utf8.prefix { $0 != UInt8(ascii: "?") }.split(separator: UInt8(ascii: "/")).map(Substring.init)
    }
}

/// The other end of the connection.
package struct Peer: Hashable, Sendable {
    package let address: String
    package let isLoopback: Bool

    package init(address: String) {
        self.address = address
        isLoopback = address.hasPrefix("127.") || address == "::1" || address.hasPrefix("::ffff:127.")
    }
}
