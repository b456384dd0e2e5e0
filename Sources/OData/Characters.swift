// The character classes of OData's grammar. Parsers here read UTF-8 bytes: a quote stays a quote even where a combining
// mark follows it, and nothing depends on Unicode's tables.

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
    var isSpace: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }
    var isQuote: Bool { self == UInt8(ascii: "'") }

    /// Whether an identifier may begin with it (OData ABNF `identifierLeadingCharacter`); all of non-ASCII counts as
    /// letters.
    var isIdentifierStart: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) && self < 0x80 || self == UInt8(ascii: "_")
            || self >= 0x80
    }
    var isIdentifierPart: Bool { isIdentifierStart || isDigit }
}

extension String {
    init(_ bytes: ArraySlice<UInt8>) { self.init(decoding: bytes, as: UTF8.self) }

    /// Names in URLs and header fields are ASCII and compared dozens of times per request: without a copy in lower case.
    package func equalsIgnoringCase(_ other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { a, b in
                a == b || a ^ b == 0x20 && (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(a | 0x20)
            }
    }

    /// Letters, digits and underscores, not beginning with a digit (OData ABNF `odataIdentifier`), at most 128
    /// characters.
    var isIdentifier: Bool {
        guard let first = utf8.first, first.isIdentifierStart else { return false }
        return utf8.allSatisfy(\.isIdentifierPart) && unicodeScalars.count <= 128
    }

    /// Identifiers with dots between them: a name, or a cast with its namespace.
    var isQualifiedIdentifier: Bool {
        split(separator: ".", omittingEmptySubsequences: false).allSatisfy { String($0).isIdentifier }
    }
}
