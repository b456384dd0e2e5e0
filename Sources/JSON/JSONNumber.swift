/// A JSON number as it was written. Two numbers are equal when their exact decimal values are: `1.0` equals `1`, and
/// 9007199254740993 doesn't equal 9007199254740992, whatever a double makes of them.
package struct JSONNumber: Sendable, CustomStringConvertible {
    /// A number as RFC 8259 §6 spells it.
    package let text: String

    package init(_ value: Int64) { text = String(value) }

    /// - Precondition: `text` follows RFC 8259 §6; the reader has checked it.
    init(checked text: String) { self.text = text }

    package var description: String { text }

    /// The value where it is a whole number that an Int64 holds, however it was written.
    package var integer: Int64? {
        if let plain = Int64(text) { return plain }
        let value = decimal
        guard value.exponent >= 0, value.exponent < 19 else { return nil }
        let digits = value.digits + String(repeating: "0", count: value.exponent)
        return Int64((value.isNegative ? "-" : "") + digits)
    }

    /// The nearest double.
    package var double: Double { Double(text) ?? .nan }

    /// Whether a whole number lies beyond ±2^53, where doubles skip integers (RFC 7493 §2.2).
    package var isUnsafeInteger: Bool {
        let value = decimal
        guard value.exponent >= 0 else { return false }
        guard let integer else { return true }
        return integer.magnitude > 1 << 53
    }

    private struct Decimal: Hashable {
        var isNegative: Bool
        var digits: String  // without leading or trailing zeros; "0" for zero
        var exponent: Int
    }

    private var decimal: Decimal {
        var rest = Substring(text)
        let isNegative = rest.hasPrefix("-")
        if isNegative { rest.removeFirst() }
        var exponent = 0
        if let mark = rest.firstIndex(where: { $0 == "e" || $0 == "E" }) {
            exponent = Int(rest[rest.index(after: mark)...]) ?? 0
            rest = rest[..<mark]
        }
        var digits = String(rest)
        if let point = rest.firstIndex(of: ".") {
            let fraction = rest[rest.index(after: point)...]
            digits = String(rest[..<point]) + fraction
            exponent -= fraction.count
        }
        digits = String(digits.drop { $0 == "0" })
        while digits.last == "0" {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { return Decimal(isNegative: false, digits: "0", exponent: 0) }
        return Decimal(isNegative: isNegative, digits: digits, exponent: exponent)
    }
}

extension JSONNumber: Hashable {
    package static func == (lhs: JSONNumber, rhs: JSONNumber) -> Bool {
        lhs.text == rhs.text || lhs.decimal == rhs.decimal
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(decimal) }
}
