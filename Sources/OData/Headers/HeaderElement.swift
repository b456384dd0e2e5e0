internal import Text

/// One element of a list in a header field: a name with perhaps a value, and parameters (RFC 9110 §5.6).
struct HeaderElement {
    /// In lower case.
    let name: String
    let value: String?
    let parameters: [(name: String, value: String)]

    /// The elements of a field that may come several times, in order; those without a name don't count.
    static func elements(of fields: [String]) -> [HeaderElement] {
        fields.flatMap { split(Array($0.utf8)[...], at: UInt8(ascii: ",")) }.compactMap { element in
            let parts = split(element, at: UInt8(ascii: ";")).map(pair)
            guard let first = parts.first, !first.name.isEmpty else { return nil }
            return HeaderElement(
                name: first.name, value: first.value,
                parameters: parts.dropFirst().map { ($0.name, $0.value ?? "") })
        }
    }

    private static func pair(_ bytes: ArraySlice<UInt8>) -> (name: String, value: String?) {
        guard let equals = bytes.firstIndex(of: UInt8(ascii: "=")) else {
            return (String(bytes).asciiLowercased, nil)
        }
        let name = String(bytes[..<equals]).trimmingBlanks.asciiLowercased
        return (name, unquoted(String(bytes[(equals + 1)...]).trimmingBlanks))
    }

    /// The parts between separators outside quotes, without space around them.
    private static func split(_ bytes: ArraySlice<UInt8>, at separator: UInt8) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in bytes.indices {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if isQuoted, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == separator, !isQuoted {
                parts.append(bytes[start..<index])
                start = index + 1
            }
        }
        parts.append(bytes[start...])
        return parts.map { Array(String($0).trimmingBlanks.utf8)[...] }
    }

    /// A quoted string without its quotes and backslashes (RFC 9110 §5.6.4); anything else as it is.
    private static func unquoted(_ text: String) -> String {
        guard text.utf8.count >= 2, text.utf8.first == UInt8(ascii: "\""), text.utf8.last == UInt8(ascii: "\"") else {
            return text
        }
        var value: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8.dropFirst().dropLast() {
            if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                value.append(byte)
                isEscaped = false
            }
        }
        return String(value[...])
    }
}
