/// What is checked of every request before a route is looked for.
enum HeadChecks {
    static func check(_ request: Incoming) throws(HTTPFailure) {
        guard request.target.utf8.first == UInt8(ascii: "/") else {
            throw .badRequest("The request target must be a path that begins with '/'.")
        }
        guard request.target.utf8.count <= Limits.targetBytes else {
            throw HTTPFailure(
                414, "BadRequest",
                "The URL is longer than \(Limits.targetBytes) bytes. Put the request into POST /$batch.", closes: true)
        }
        guard request.fields.bytes <= Limits.headerBytes else { throw Self.headersTooLarge }
        if let field = request.fields.firstRepeated {
            throw .badRequest("The header '\(field.name)' must not appear more than once.")
        }
        guard request.fields.hasHost else {
            throw .badRequest("The header 'Host' is missing (RFC 9112 §3.2).")
        }
    }

    static let headersTooLarge = HTTPFailure(
        431, "BadRequest", "The request's headers are larger than \(Limits.headerBytes) bytes together.", closes: true)
}
