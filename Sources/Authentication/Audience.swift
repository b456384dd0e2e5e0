/// Who a token is meant for.
package enum Audience {
    /// Microsoft Graph, as tokens for it say: by URL and by application id.
    package static let graph: Set<String> = [
        "https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000",
    ]

    /// The audiences that mean this server: its origin, and the origin without a port, because the SDKs derive their
    /// default scope (`http://127.0.0.1/.default`) from the host alone.
    package static func own(_ origin: String) -> Set<String> {
        let origin = normalized(origin)
        var audiences: Set = [origin]
        if let host = origin.firstRange(of: "://")?.upperBound,
            let colon = origin.lastIndex(of: ":"), colon >= host, !origin[colon...].contains("]")
        {
            audiences.insert(String(origin[..<colon]))
        }
        return audiences
    }

    /// Without a scope's `/.default` and a trailing slash, which name the same resource.
    package static func normalized(_ audience: String) -> String {
        var text = Substring(audience)
        if text.hasSuffix("/.default") { text = text.dropLast("/.default".count) }
        if text.hasSuffix("/") { text = text.dropLast() }
        return String(text)
    }
}
