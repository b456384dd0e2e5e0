extension Sequence<UInt8> {
    /// Lower-case hexadecimal.
    package var hex: String {
        var digits: [UInt8] = []
        // A digest doesn't tell how long it is; most of what is written is one of 32 bytes.
        digits.reserveCapacity(2 * Swift.max(32, underestimatedCount))
        for byte in self {
            digits.append((byte >> 4).hexDigit)
            digits.append((byte & 0x0F).hexDigit)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension [UInt8] {
    /// The bytes of a hexadecimal text; pairs that aren't hexadecimal are left out.
    package init(hex: String) {
        let digits = Array<Character>(hex)
        self = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(digits[$0...$0 + 1]), radix: 16)
        }
    }
}

extension UInt8 {
    /// The lower-case ASCII digit of a value below 16.
    package var hexDigit: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") + (self - 10) }

    /// The value of an ASCII hexadecimal digit in either case, nil for any other byte.
    package var hexDigitValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
