/// Who may reach a server that hands out identities (security rule R20).
///
/// Its tokens and its clock are anybody's who can send it a request. So it listens on the loopback only, and it also has to
/// tell apart its user from a proxy in front of it (forwarding headers), from a web page that had the browser send the
/// request (`Origin`), and from one whose name was rebound to 127.0.0.1 (`Host`).
package struct LocalGuard: Sendable {
    /// Hosts that it answers to, with port, in lower case.
    private let hosts: Set<String>
    private let origins: Set<String>
    /// `--allow-remote-demo`: other machines may come in, by address or by the public URL's name.
    private let allowsRemote: Bool

    package init(port: Int, publicURL: String, allowsRemote: Bool) {
        var hosts: Set = ["127.0.0.1:\(port)", "localhost:\(port)", "[::1]:\(port)"]
        let scheme = publicURL.prefix { $0 != ":" }.lowercased()
        // A default port is left out of `Host` and `Origin`.
        if port == (scheme == "https" ? 443 : 80) { hosts.formUnion(["127.0.0.1", "localhost", "[::1]"]) }
        if let authority = publicURL.firstRange(of: "://")?.upperBound {
            hosts.insert(publicURL[authority...].prefix { $0 != "/" }.lowercased())
        }
        self.hosts = hosts
        origins = Set(hosts.map { "\(scheme)://\($0)" })
        self.allowsRemote = allowsRemote
    }

    func check(_ request: Incoming) throws(HTTPFailure) {
        guard allowsRemote || request.peer.isLoopback else {
            throw .forbidden("A demo server answers to this machine only. See --allow-remote-demo.")
        }
        if let name = request.fields.forwarding {
            throw .forbidden(
                "The header '\(name)' says that the request came through a proxy. A demo server must not stand behind one."
            )
        }
        let host = request.host?.lowercased() ?? ""
        guard hosts.contains(host) || allowsRemote && Self.isAddress(host) else {
            throw .forbidden(
                "A demo server answers to \(hosts.sorted().joined(separator: ", ")) only. Start it with --public-url to "
                    + "add a name.")
        }
        if let origin = request.fields.origin?.lowercased() {
            guard origins.contains(origin) else {
                throw .forbidden("A demo server takes nothing from web pages of other origins.")
            }
        }
    }

    /// Whether a host is an IP address, which no name service can point elsewhere.
    private static func isAddress(_ host: String) -> Bool {
        if host.hasPrefix("[") { return true }
        let octets = host.prefix { $0 != ":" }.split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4 && octets.allSatisfy { UInt8($0) != nil }
    }
}
