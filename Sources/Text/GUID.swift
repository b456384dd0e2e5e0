extension String {
    /// Whether it has the form of a GUID: 8-4-4-4-12 hexadecimal digits in either case.
    package var isGUID: Bool {
        let bytes = Array(utf8)
        return bytes.count == 36 && bytes.isGUID(at: 0)
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
