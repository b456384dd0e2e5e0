package import GraphAPI

/// One HTTP request as a value, after the checks that every request passes.
package struct Incoming: Sendable {
    package let method: String
    /// Path and query as sent.
    package let target: String
    package let headers: GraphHeaders
    /// After content decoding; empty until a route wants it.
    package var body: [UInt8]
    package let ids: RequestIDs
    /// The `Host` field, or the authority of an absolute target.
    package let host: String?
    package let peer: Peer

    /// The path's segments, still percent-encoded; empty ones don't count, because SDKs with a base URL that ends in a
    /// slash send them.
    package var segments: [Substring] { target.prefix { $0 != "?" }.split(separator: "/") }
}

/// The other end of the connection.
package struct Peer: Hashable, Sendable {
    package let address: String
    package let isLoopback: Bool

    package init(address: String, isLoopback: Bool) {
        self.address = address
        self.isLoopback = isLoopback
    }
}
