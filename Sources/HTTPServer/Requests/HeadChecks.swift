internal import GraphAPI

/// What is checked of every request before a route is looked for.
enum HeadChecks {
    /// Fields that decide or protect something: two of them mean that two readers may see two requests (security rule R17).
    static let single = [
        "Authorization", "Content-Encoding", "Content-Type", "Host", "If-Match", "x-msft-approval-code",
        "x-msft-approval-justification",
    ]

    static func check(method: String, target: String, headers: GraphHeaders) throws(HTTPFailure) {
        guard target.hasPrefix("/") else {
            throw .badRequest("The request target must be a path that begins with '/'.")
        }
        guard target.utf8.count <= Limits.targetBytes else {
            throw HTTPFailure(
                414, "BadRequest",
                "The URL is longer than \(Limits.targetBytes) bytes. Put the request into POST /$batch.", closes: true)
        }
        let size = headers.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard size <= Limits.headerBytes else { throw Self.headersTooLarge }
        for name in single where headers.all(name).count > 1 {
            throw .badRequest("The header '\(name)' must not appear more than once.")
        }
        guard headers["Host"] != nil else {
            throw .badRequest("The header 'Host' is missing (RFC 9112 §3.2).")
        }
    }

    static let headersTooLarge = HTTPFailure(
        431, "BadRequest", "The request's headers are larger than \(Limits.headerBytes) bytes together.", closes: true)
}
