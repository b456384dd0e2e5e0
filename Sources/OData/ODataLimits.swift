/// The caps of one URL: what a request may make the server parse.
package struct ODataLimits: Hashable, Sendable {
    /// Bytes of the path, and of the query, as sent.
    package var urlBytes = 16 << 10
    package var pathSegments = 32
    /// Bytes of one `$filter` after percent-decoding.
    package var filterBytes = 8 << 10
    /// Comparisons, function calls, lambdas and negations of one `$filter`.
    package var filterNodes = 200
    /// Parentheses, negations, calls and lambdas inside each other.
    package var filterDepth = 32
    /// Values of one `in (…)`.
    package var listItems = 1000
    /// `$expand` inside `$expand`.
    package var expandDepth = 4
    /// Items of an `$expand` with everything inside it.
    package var expandItems = 10
    /// Items of one `$orderby`.
    package var orderItems = 10

    package init() {}

    /// The caps of an item of `$batch`, Graph's documented way round the length of a URL.
    package static let batch: ODataLimits = {
        var limits = ODataLimits()
        limits.urlBytes = 128 << 10
        limits.filterBytes = 64 << 10
        return limits
    }()
}
