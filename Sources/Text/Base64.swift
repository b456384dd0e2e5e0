/// Base64 with the standard alphabet and padding (RFC 4648 §4). Bits that encode nothing aren't looked at.
package enum Base64 {
    private static let digits = SextetDigits("+", "/")

    /// - Returns: nil for a character outside the alphabet, or padding that isn't as it must be.
    package static func decode(_ text: String) -> [UInt8]? {
        let text = Array(text.utf8)
        let padding = text.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard text.count.isMultiple(of: 4), padding <= 2 else { return nil }
        return digits.decode(text.dropLast(padding))?.bytes
    }
}

/// Base64 for URLs without padding (RFC 4648 §5), as RFC 7515 §2 demands it: any other spelling is refused, so that a token
/// has one text only.
package enum Base64URL {
    private static let digits = SextetDigits("-", "_")

    package static func encode(_ bytes: some Sequence<UInt8>) -> String { digits.encode(bytes) }

    /// - Returns: nil for a character outside the alphabet, padding, an impossible length, or spare bits that aren't zero.
    package static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 != 1, let (bytes, spareBits) = digits.decode(text), spareBits == 0 else { return nil }
        return bytes
    }
}

/// The digits of Base64: letters, decimal digits, and two more.
private struct SextetDigits {
    private let digits: [UInt8]
    private let values: [UInt8?]

    init(_ sixtyTwo: Unicode.Scalar, _ sixtyThree: Unicode.Scalar) {
        digits =
            Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
            + [UInt8(ascii: sixtyTwo), UInt8(ascii: sixtyThree)]
        var values = [UInt8?](repeating: nil, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        self.values = values
    }

    func encode(_ bytes: some Sequence<UInt8>) -> String {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        for byte in bytes {
            pending = pending << 8 | UInt32(byte)
            bits += 8
            while bits >= 6 {
                bits -= 6
                output.append(digits[Int(pending >> bits & 0x3F)])
            }
        }
        if bits > 0 { output.append(digits[Int(pending << (6 - bits) & 0x3F)]) }
        return String(decoding: output, as: UTF8.self)
    }

    /// - Returns: the whole bytes, and what the bits after them say; nil for a character that is no digit.
    func decode(_ text: some Collection<UInt8>) -> (bytes: [UInt8], spareBits: UInt32)? {
        var output: [UInt8] = []
        output.reserveCapacity(text.count * 3 / 4)
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        for digit in text {
            guard let value = values[Int(digit)] else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                output.append(UInt8(truncatingIfNeeded: pending >> bits))
            }
        }
        return (output, pending & (1 << bits - 1))
    }
}
