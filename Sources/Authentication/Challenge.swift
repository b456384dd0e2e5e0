/// The `WWW-Authenticate` of a 401 (RFC 6750 §3), in the form that Graph sends and MSAL reads.
package struct Challenge: Hashable, Sendable {
    /// Where a client could get a token.
    package let authorizationURI: String

    package init(authorizationURI: String) { self.authorizationURI = authorizationURI }

    package func header(for error: AuthenticationError) -> String {
        var text = "Bearer realm=\"\", authorization_uri=\"\(Self.quoted(authorizationURI))\", "
        text += "client_id=\"00000003-0000-0000-c000-000000000000\""
        guard error.reason == .invalid else { return text }
        return text + ", error=\"invalid_token\", error_description=\"\(Self.quoted(error.message))\""
    }

    /// The characters that RFC 6750 §3 allows in a description.
    private static func quoted(_ text: String) -> String {
        String(text.unicodeScalars.filter { (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" }.map(Character.init))
    }
}
