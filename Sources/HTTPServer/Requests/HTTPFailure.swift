/// A request that ends before Graph sees it. It leaves as Graph's envelope like every other error.
package struct HTTPFailure: Error, Hashable {
    let status: Int
    let code: String
    let message: String
    var headers: [String: String] = [:]
    /// Whether what follows on the connection can't be trusted or isn't worth reading.
    var closes = false

    init(_ status: Int, _ code: String, _ message: String, headers: [String: String] = [:], closes: Bool = false) {
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        self.closes = closes
    }

    static func badRequest(_ message: String, closes: Bool = false) -> HTTPFailure {
        HTTPFailure(400, "BadRequest", message, closes: closes)
    }

    static func forbidden(_ message: String) -> HTTPFailure { HTTPFailure(403, "Forbidden", message) }

    static func tooLarge(_ message: String) -> HTTPFailure {
        HTTPFailure(413, "RequestEntityTooLarge", message, closes: true)
    }

    static func unsupportedMedia(_ message: String, headers: [String: String] = [:]) -> HTTPFailure {
        HTTPFailure(415, "UnsupportedMediaType", message, headers: headers)
    }

    static let notFound = HTTPFailure(
        404, "ResourceNotFound", "Nothing is served at this path. Graph is under /beta and /v1.0.")

    static func methodNotAllowed(_ allowed: [String]) -> HTTPFailure {
        HTTPFailure(
            405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.",
            headers: ["Allow": allowed.joined(separator: ", ")])
    }

    static let overloaded = HTTPFailure(
        429, "TooManyRequests", "The server has too many requests in flight. Try again after the time in Retry-After.",
        headers: ["Retry-After": "1"])
    static let starting = HTTPFailure(
        503, "ServiceUnavailable", "The server is starting. Try again shortly.", headers: ["Retry-After": "1"])
    static let internalError = HTTPFailure(
        500, "InternalServerError", "The server failed. Quote the request-id to its operator.")
}
