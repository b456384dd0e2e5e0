// The character classes of OData's grammar. Parsers here read UTF-8 bytes: a quote stays a quote even where a combining
// mark follows it, and nothing depends on Unicode's tables.

extension UInt8 {
    var isDigit: Bool { UInt8(ascii: "0") <= self && self <= UInt8(ascii: "9") }
    var isHexDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20) }
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

    /// ASCII letters in lower case, everything else as it is (`K`, the Kelvin sign, stays itself).
    var asciiLowercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    var asciiUppercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
    }

    /// Whether it has the form of a GUID, in any case.
    var isGUID: Bool {
        let bytes = Array(utf8)
        return bytes.count == 36 && bytes.isGUID(at: 0)
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

extension [UInt8] {
    func isGUID(at start: Int) -> Bool {
        guard start + 36 <= count else { return false }
        return (0..<36).allSatisfy { offset in
            switch offset {
            case 8, 13, 18, 23: self[start + offset] == UInt8(ascii: "-")
            default: self[start + offset].isHexDigit
            }
        }
    }
}
