/// Why a request has no caller, in Graph's words where Graph has any.
package struct AuthenticationError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// No token came (RFC 6750 §3.1: such an answer names no error).
        case missing
        /// A token came that proves nothing here.
        case invalid
        /// The issuer's keys can't be had, so nothing can be told about the token.
        case unavailable
    }

    package let reason: Reason
    /// For the client. Says nothing of keys or configuration.
    package let message: String

    package var status: Int { reason == .unavailable ? 503 : 401 }
    package var code: String { reason == .unavailable ? "ServiceUnavailable" : "InvalidAuthenticationToken" }
    package var description: String { message }

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static let empty = AuthenticationError(.missing, "Access token is empty.")
    /// Graph's text for what isn't a JWT, number included, so that searches for it find the same advice.
    static let malformed = AuthenticationError(.invalid, "CompactToken parsing failed with error code: 80049217")
    static let expired = AuthenticationError(.invalid, "Lifetime validation failed, the token is expired.")
    static let early = AuthenticationError(.invalid, "Lifetime validation failed, the token is not valid yet.")

    static func failed(_ text: String) -> AuthenticationError {
        AuthenticationError(.invalid, "Access token validation failure. \(text)")
    }

    static let unavailable = AuthenticationError(
        .unavailable, "The signing keys of the token's issuer can't be read at the moment. Try again shortly.")
}
