internal import JSON

/// A resource path below the version root as its segments, free of any schema (OData 4.01 URL conventions §4).
///
/// Empty segments collapse (`/beta//users/`), since SDKs send them. Percent-decoding happens once per segment and after
/// splitting, so that `%2F` in a key stays data.
package struct ODataPath: Hashable, Sendable {
    package let segments: [PathSegment]

    /// - Parameter raw: the path after the version root, still percent-encoded, without the query.
    /// - Throws: 400 for broken escapes, U+0000, invalid UTF-8, `.` and `..` and too many segments; 414 for too long a
    ///   path.
    package init(_ raw: String, limits: ODataLimits = ODataLimits()) throws(ODataError) {
        guard raw.utf8.count <= limits.urlBytes else { throw .tooLong("path", limit: limits.urlBytes) }
        var segments: [PathSegment] = []
        for part in raw.split(separator: "/") {
            let text: String
            do throws(Invalid) { text = try PercentEncoding.decode(part) } catch {
                throw .badRequest("The segment '\(part)' of the URL's path \(error.reason)")
            }
            guard text != ".", text != ".." else {
                throw .badRequest("The URL's path contains the segment '\(text)'. Send the path that is meant.")
            }
            segments.append(PathSegment(text))
            guard segments.count <= limits.pathSegments else {
                throw .badRequest("The URL's path has more than \(limits.pathSegments) segments.")
            }
        }
        self.segments = segments
    }
}
