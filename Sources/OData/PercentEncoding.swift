package import JSON
internal import Text

/// Percent-encoding of URLs (RFC 3986 §2.1).
package enum PercentEncoding {
    /// Decodes once.
    /// - Throws: `Invalid` for broken escapes, for bytes that aren't UTF-8 (overlong forms included) and for U+0000.
    package static func decode(_ text: some StringProtocol, plusIsSpace: Bool = false) throws(Invalid) -> String {
        // Most names and keys hold nothing to decode.
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == 0 || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        let raw = Array(text.utf8)
        var bytes: [UInt8] = []
        var index = 0
        while index < raw.count {
            switch raw[index] {
            case UInt8(ascii: "+") where plusIsSpace:
                bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard index + 2 < raw.count, let high = raw[index + 1].hexDigitValue,
                    let low = raw[index + 2].hexDigitValue
                else {
                    throw Invalid(
                        reason: "has a '%' that two hexadecimal digits don't follow. Write a literal '%' as '%25'.")
                }
                bytes.append(high << 4 | low)
                index += 2
            case let byte: bytes.append(byte)
            }
            index += 1
        }
        guard !bytes.contains(0) else { throw Invalid(reason: "contains U+0000, which no name or value may hold.") }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Invalid(reason: "is not valid UTF-8. Encode text as UTF-8 before percent-encoding it.")
        }
        return decoded
    }

    /// What the name and the value of a query option may hold as they are (RFC 3986 §3.4): all of a query's characters but
    /// those that separate options, and `+`, which stands for a space.
    static let queryName: Set<UInt8> = Set("!$'()*,;:@/?".utf8)
    static let queryValue: Set<UInt8> = queryName.union("=".utf8)

    /// Encodes all but unreserved characters (RFC 3986 §2.3), so that the result is one segment or one value.
    package static func encode(_ text: String) -> String { encode(text, keeping: []) }

    static func encode(_ text: String, keeping kept: Set<UInt8>) -> String {
        var result = ""
        for byte in text.utf8 {
            if byte.isUnreserved || kept.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                result += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return result
    }

}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "~"): true
        default: isIdentifierPart && self < 0x80
        }
    }
}
