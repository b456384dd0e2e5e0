/// Cuts lists whose items may hold quotes and parentheses.
enum Punctuated {
    /// The parts between separators that stand outside quotes and parentheses.
    static func split(_ text: String, at separator: UInt8) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        var depth = 0
        var quote: UInt8?
        for byte in text.utf8 {
            if let open = quote {
                if byte == open { quote = nil }
            } else {
                switch byte {
                case UInt8(ascii: "'"), UInt8(ascii: "\""): quote = byte
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                case separator where depth == 0:
                    parts.append(String(part[...]))
                    part = []
                    continue
                default: break
                }
            }
            part.append(byte)
        }
        parts.append(String(part[...]))
        return parts
    }
}
