extension String {
    /// Whether it has the form of a GUID: 8-4-4-4-12 hexadecimal digits in either case.
    package var isGUID: Bool {
        guard utf8.count == 36 else { return false }
        var index = 0
        for byte in utf8 {
            guard
                index == 8 || index == 13 || index == 18 || index == 23
                    ? byte == UInt8(ascii: "-") : byte.hexDigitValue != nil
            else { return false }
            index += 1
        }
        return true
    }
}

extension [UInt8] {
    /// Whether a GUID's text stands at a place, whatever follows it.
    package func isGUID(at start: Int) -> Bool {
        guard start + 36 <= count else { return false }
        return (0..<36).allSatisfy { offset in
            switch offset {
            case 8, 13, 18, 23: self[start + offset] == UInt8(ascii: "-")
            default: self[start + offset].hexDigitValue != nil
            }
        }
    }
}
