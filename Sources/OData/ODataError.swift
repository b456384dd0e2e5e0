/// What Graph answers instead of a result: an HTTP status, a code that programs compare and a message that tells a
/// person the remedy (Graph: "Microsoft Graph error responses and resource types").
package struct ODataError: Error, Hashable, Sendable, CustomStringConvertible {
    package var status: Int
    package var code: String
    package var message: String

    package init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    package var description: String { "\(status) \(code): \(message)" }

    package static func badRequest(_ message: String) -> ODataError {
        ODataError(status: 400, code: "BadRequest", message: message)
    }

    /// No resource, property, cast or operation has that name here.
    package static func segmentNotFound(_ segment: PathSegment) -> ODataError {
        let remedy = segment.isMalformed ? " Check its parentheses, quotes and commas." : ""
        return .badRequest("Resource not found for the segment '\(segment.text)'.\(remedy)")
    }

    /// The collection exists, and holds nothing of that key that the caller may see.
    package static func resourceNotFound(_ key: String) -> ODataError {
        ODataError(
            status: 404, code: "ResourceNotFound",
            message:
                "Resource '\(key)' does not exist or one of its queried reference-property objects are not present.")
    }

    package static let methodNotAllowed = ODataError(
        status: 405, code: "Request_BadRequest",
        message: "Specified HTTP method is not allowed for the request target.")

    static func tooLong(_ part: String, limit: Int) -> ODataError {
        ODataError(
            status: 414, code: "BadRequest",
            message: "The \(part) of the URL is longer than \(limit) bytes. Send the request as an item of $batch.")
    }
}
