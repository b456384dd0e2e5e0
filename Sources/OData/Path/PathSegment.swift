internal import Text

/// One segment of a resource path, decoded: a name, a key, a cast or an operation; only the schema can tell which.
///
/// `text` is the whole segment, which is the key where a key is expected; `name` and `arguments` are its reading as
/// `name(…)` (OData 4.01 URL conventions §4.3).
package struct PathSegment: Hashable, Sendable {
    package let text: String
    /// What stands before the parentheses; the whole text where there are none.
    package let name: String
    /// What stands in the parentheses: nil without them, empty for `()`.
    package let arguments: [Argument]?
    /// Whether it begins like `name(` and then isn't well-formed. It may still be a key.
    package let isMalformed: Bool

    /// A value in parentheses: `'x'`, `id='x'`, `on=@on`.
    package struct Argument: Hashable, Sendable {
        package let name: String?
        /// The value without its quotes, doubled quotes made single.
        package let value: String
        package let isQuoted: Bool
    }

    /// - Parameter text: the segment after percent-decoding.
    package init(_ text: String) {
        self.text = text
        guard let parenthesis = text.utf8.firstIndex(of: UInt8(ascii: "(")), parenthesis > text.startIndex,
            text.utf8[..<parenthesis].allSatisfy(\.isPartOfSegmentName)
        else {
            (name, arguments, isMalformed) = (text, nil, false)
            return
        }
        let bytes = Array(text.utf8)
        let open = text.utf8.distance(from: text.startIndex, to: parenthesis)
        let inner = bytes.last == UInt8(ascii: ")") ? Array(bytes[(open + 1)..<(bytes.count - 1)]) : nil
        if let arguments = inner.flatMap(SegmentArguments.parse) {
            (name, self.arguments, isMalformed) = (String(bytes[..<open]), arguments, false)
        } else {
            (name, arguments, isMalformed) = (text, nil, true)
        }
    }

    /// The name without `microsoft.graph.` or `graph.`, which casts and operations may bear.
    package var unqualifiedName: String {
        guard name.utf8.contains(UInt8(ascii: ".")) else { return name }
        let lower = name.asciiLowercased
        for namespace in ["microsoft.graph.", "graph."] where lower.hasPrefix(namespace) {
            return String(name.utf8.dropFirst(namespace.utf8.count)) ?? name
        }
        return name
    }

    /// Whether a namespace is given: then it can only be a cast or an operation.
    package var isQualified: Bool { unqualifiedName != name }

    /// Whether it bears that name, whatever its ASCII case and namespace.
    package func matches(_ name: String) -> Bool { unqualifiedName.equalsIgnoringCase(name) }
}

extension UInt8 {
    fileprivate var isPartOfSegmentName: Bool {
        isIdentifierPart || self == UInt8(ascii: ".") || self == UInt8(ascii: "$")
    }
}
