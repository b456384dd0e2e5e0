internal import OData

/// Paths that Graph has and this server doesn't: whoever asks for one is told so, and needn't hunt for a misspelling.
enum UnservedPaths {
    /// What is answered for a segment that leads nowhere: 501 where Graph has something there, else 400.
    /// - Parameters:
    ///   - template: the path before the segment, as permission rows write it.
    ///   - rest: what follows the segment.
    static func refusal(
        _ segment: PathSegment, after template: String, in version: Version, rest: some Sequence<PathSegment>
    ) -> ODataError {
        guard version != .countersign, isKnown("\(template)/\(segment.unqualifiedName)", in: version) else {
            return .segmentNotFound(segment)
        }
        return ODataError(
            status: 501, code: "NotImplemented",
            message:
                "Microsoft Graph has '\(([segment.text] + rest.map(\.text)).joined(separator: "/"))' here, and Countersign doesn't serve it. "
                + "docs/compatibility.md lists what is served.")
    }

    /// - Parameter path: with `{id}` for a key.
    static func isKnown(_ path: String, in version: Version) -> Bool {
        let path = path.lowercased()
        // What is below users is below oneself.
        let wanted = path.hasPrefix("/me/") ? "/users/{id}" + path.dropFirst("/me".count) : path
        return both.contains(wanted) || (version == .v1 ? v1 : beta).contains(wanted)
    }

    private static let both = paths(inBoth)
    private static let beta = paths(inBeta)
    private static let v1 = paths(inV1)

    /// Lines of a path and the segments below it.
    private static func paths(_ list: String) -> Set<String> {
        var paths: Set<String> = []
        for line in list.split(separator: "\n") {
            let words = line.split(separator: " ")
            let root = words.first.map { $0 == "/" ? "" : String($0) } ?? ""
            for word in words.dropFirst() { paths.insert("\(root)/\(word)".lowercased()) }
        }
        return paths
    }
}
