extension String {
    /// ASCII letters in lower case, everything else as it is (`K`, the Kelvin sign, stays itself).
    package var asciiLowercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    package var asciiUppercased: String {
        String(
            decoding: utf8.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) ? $0 & 0xDF : $0 }, as: UTF8.self)
    }
}

extension StringProtocol {
    /// Without white space at its ends, whatever Unicode calls so.
    package var trimmed: String { trimmed(where: \.isWhitespace) }

    /// Without spaces and tabs at its ends: the white space of HTTP's fields and OData's grammar.
    package var trimmingBlanks: String { trimmed { $0 == " " || $0 == "\t" } }

    private func trimmed(where isBlank: (Character) -> Bool) -> String {
        var rest = self[...]
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
