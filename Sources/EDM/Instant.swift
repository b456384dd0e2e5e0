package import JSON

/// A point in time: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
package struct Instant: Hashable, Comparable, Sendable, CustomStringConvertible {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package static func < (lhs: Instant, rhs: Instant) -> Bool { lhs.microseconds < rhs.microseconds }

    package static func + (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds + duration.microseconds)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant {
        Instant(microseconds: instant.microseconds - duration.microseconds)
    }

    package static func - (lhs: Instant, rhs: Instant) -> Duration {
        .microseconds(lhs.microseconds - rhs.microseconds)
    }

    /// The one stored and emitted form, 27 characters wide so that text sorts as time does:
    /// `2026-11-20T21:00:00.000000Z`.
    package var description: String {
        let day = microseconds.flooredDivision(by: 86_400_000_000)
        let rest = microseconds - day * 86_400_000_000
        let date = Self.civil(fromDay: day)
        let parts: [(value: Int64, digits: Int, end: StaticString)] = [
            (date.year, 4, "-"), (date.month, 2, "-"), (date.day, 2, "T"), (rest / 3_600_000_000, 2, ":"),
            (rest / 60_000_000 % 60, 2, ":"), (rest / 1_000_000 % 60, 2, "."), (rest % 1_000_000, 6, "Z"),
        ]
        guard (0...9999).contains(date.year) else {
            return parts.map { "\($0.value.padded($0.digits))\($0.end)" }.joined()
        }
        return String(unsafeUninitializedCapacity: Self.width) { buffer in
            var position = 0
            for part in parts {
                var value = part.value
                for digit in stride(from: position + part.digits - 1, through: position, by: -1) {
                    buffer[digit] = UInt8(ascii: "0") + UInt8(value % 10)
                    value /= 10
                }
                position += part.digits
                buffer[position] = part.end.utf8Start.pointee
                position += 1
            }
            return position
        }
    }

    /// Bytes of the stored form.
    private static let width = 27

    /// Reads the stored form, which is what storage reads all the time.
    /// - Returns: nil for every other text, valid or not.
    private init?(stored text: String) {
        guard text.utf8.count == Self.width else { return nil }
        let found = text.utf8.withContiguousStorageIfAvailable { bytes -> Int64? in
            func number(_ start: Int, _ digits: Int, _ end: Unicode.Scalar) -> Int64? {
                var value: Int64 = 0
                for byte in bytes[start..<start + digits] {
                    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                    value = value * 10 + Int64(byte - UInt8(ascii: "0"))
                }
                return bytes[start + digits] == UInt8(ascii: end) ? value : nil
            }
            guard let year = number(0, 4, "-"), let month = number(5, 2, "-"), let day = number(8, 2, "T"),
                let hour = number(11, 2, ":"), let minute = number(14, 2, ":"), let second = number(17, 2, "."),
                let fraction = number(20, 6, "Z"), (1...12).contains(month), day >= 1,
                day <= Self.length(ofMonth: month, in: year), hour < 24, minute < 60, second < 60
            else { return nil }
            let days = Self.day(year: year, month: month, day: day)
            return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1_000_000 + fraction
        }
        guard let found, let found else { return nil }
        microseconds = found
    }

    /// Reads what RFC 3339 writes and what real clients send: any number of fraction digits (further than microseconds are
    /// cut), `Z`, an offset, or none, which counts as UTC; a bare date is its midnight.
    package init(_ text: String) throws(Invalid) {
        if let stored = Self(stored: text) {
            self = stored
            return
        }
        var scanner = DigitScanner(text)
        guard let year = scanner.digits(4), scanner.skip("-"), let month = scanner.digits(2), scanner.skip("-"),
            let day = scanner.digits(2), (1...12).contains(month), day >= 1,
            day <= Self.length(ofMonth: month, in: year)
        else { throw Self.malformed }
        var seconds = Self.day(year: year, month: month, day: day) * 86_400
        var microseconds: Int64 = 0
        if !scanner.isAtEnd {
            guard scanner.skip("T") || scanner.skip("t") || scanner.skip(" "), let hour = scanner.digits(2), hour < 24,
                scanner.skip(":"), let minute = scanner.digits(2), minute < 60
            else { throw Self.malformed }
            seconds += hour * 3600 + minute * 60
            if scanner.skip(":") {
                guard let second = scanner.digits(2), second < 60 else { throw Self.malformed }
                seconds += second
                if scanner.skip(".") {
                    guard let fraction = scanner.fraction() else { throw Self.malformed }
                    microseconds = fraction
                }
            }
            if !scanner.skip("Z") && !scanner.skip("z") && !scanner.isAtEnd {
                let sign: Int64 = scanner.skip("-") ? -1 : 1
                guard sign < 0 || scanner.skip("+"), let hours = scanner.digits(2), hours < 24, scanner.skip(":"),
                    let minutes = scanner.digits(2), minutes < 60
                else { throw Self.malformed }
                seconds -= sign * (hours * 3600 + minutes * 60)
            }
        }
        guard scanner.isAtEnd else { throw Self.malformed }
        self.microseconds = seconds * 1_000_000 + microseconds
    }

    private static var malformed: Invalid {
        Invalid(reason: "must be a date and time such as 2026-11-20T21:00:00Z.")
    }

    // Days from civil and back: Howard Hinnant's algorithms, which need no calendar library.
    private static func day(year: Int64, month: Int64, day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = y.flooredDivision(by: 400)
        let yearOfEra = y - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = shifted.flooredDivision(by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func length(ofMonth month: Int64, in year: Int64) -> Int64 {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension Instant: EdmValue {
    package static var edm: EdmType { .primitive(.dateTimeOffset) }
    package init(json: JSONValue) throws(Invalid) {
        guard case .string(let text) = json else { throw Self.malformed }
        try self.init(text)
    }
    package var json: JSONValue { .string(description) }
    package static func canonical(_ json: JSONValue) throws(Invalid) -> JSONValue {
        if case .string(let text) = json, Instant(stored: text) != nil { json } else { try Instant(json: json).json }
    }
}

extension Duration {
    /// Whole microseconds, cut.
    package var microseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000 + attoseconds / 1_000_000_000_000
    }

    package static func hours(_ hours: Int64) -> Duration { .seconds(hours * 3600) }
    package static func days(_ days: Int64) -> Duration { .seconds(days * 86_400) }
}

extension Duration: EdmValue {
    package static var edm: EdmType { .primitive(.duration) }

    package init(json: JSONValue) throws(Invalid) {
        guard case .string(let text) = json else { throw Self.malformed }
        try self.init(iso8601: text)
    }

    /// Reads ISO 8601 (`P1DT2H30M`, with years of 365 and months of 30 days, as Graph's SDKs count) and what the Python SDK
    /// sends instead (`8:00:00`, `1 day, 8:00:00`).
    package init(iso8601 text: String) throws(Invalid) {
        let isNegative = text.hasPrefix("-")
        var scanner = DigitScanner(isNegative ? String(text.dropFirst()) : text)
        guard let magnitude = scanner.skip("P") ? scanner.isoPeriod() : scanner.clockPeriod(), scanner.isAtEnd else {
            throw Self.malformed
        }
        self = .microseconds(isNegative ? -magnitude : magnitude)
    }

    private static var malformed: Invalid { Invalid(reason: "must be a duration such as PT8H.") }

    /// ISO 8601 with days, hours, minutes and seconds: `P1DT2H30M`, `PT0S`.
    package var json: JSONValue {
        var rest = microseconds.magnitude
        var text = microseconds < 0 ? "-P" : "P"
        let days = rest / 86_400_000_000
        rest %= 86_400_000_000
        if days > 0 { text += "\(days)D" }
        if rest > 0 || days == 0 {
            text += "T"
            let hours = rest / 3_600_000_000
            let minutes = rest / 60_000_000 % 60
            rest %= 60_000_000
            if hours > 0 { text += "\(hours)H" }
            if minutes > 0 { text += "\(minutes)M" }
            if rest > 0 || (hours == 0 && minutes == 0) {
                text += "\(rest / 1_000_000)"
                var fraction = Int64(rest % 1_000_000).padded(6)
                while fraction.last == "0" { fraction.removeLast() }
                text += fraction.isEmpty ? "S" : ".\(fraction)S"
            }
        }
        return .string(text)
    }
}

private struct DigitScanner {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func skip(_ text: String) -> Bool {
        guard rest.starts(with: text.unicodeScalars) else { return false }
        rest.removeFirst(text.unicodeScalars.count)
        return true
    }

    mutating func digits(_ count: Int) -> Int64? {
        guard let (value, length) = number(), length == count else { return nil }
        return value
    }

    mutating func number() -> (value: Int64, length: Int)? {
        let digits = rest.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty, digits.count <= 12 else { return nil }
        rest.removeFirst(digits.count)
        return (Int64(String(digits)) ?? 0, digits.count)
    }

    /// Digits after a point as microseconds.
    mutating func fraction() -> Int64? {
        guard let (_, _) = peekDigits() else { return nil }
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        rest.removeFirst(digits.count)
        return Int64((digits + "000000").prefix(6))
    }

    private func peekDigits() -> (Unicode.Scalar, Int)? {
        guard let first = rest.first, ("0"..."9").contains(first) else { return nil }
        return (first, 1)
    }

    mutating func isoPeriod() -> Int64? {
        var total: Int64 = 0
        var isTime = false
        var units = 0
        while !isAtEnd {
            if skip("T") {
                guard !isTime, !isAtEnd else { return nil }
                isTime = true
                continue
            }
            guard let (value, _) = number() else { return nil }
            var fraction: Int64 = 0
            if skip(".") {
                guard let digits = self.fraction() else { return nil }
                fraction = digits
            }
            let unit: Int64
            switch true {
            case isTime && skip("H"): unit = 3600
            case isTime && skip("M"): unit = 60
            case isTime && skip("S"): unit = 1
            case !isTime && skip("Y"): unit = 365 * 86_400
            case !isTime && skip("M"): unit = 30 * 86_400
            case !isTime && skip("W"): unit = 7 * 86_400
            case !isTime && skip("D"): unit = 86_400
            default: return nil
            }
            let (seconds, overflow) = value.multipliedReportingOverflow(by: unit)
            guard !overflow, seconds < 400_000_000_000 else { return nil }
            total += seconds * 1_000_000 + fraction * unit
            // More than 12,000 years is a mistake, and would overflow soon.
            guard total < 400_000_000_000 * 1_000_000 else { return nil }
            units += 1
        }
        return units > 0 ? total : nil
    }

    mutating func clockPeriod() -> Int64? {
        guard var (value, _) = number() else { return nil }
        var days: Int64 = 0
        if skip(" days, ") || skip(" day, ") {
            days = value
            guard let (hours, _) = number() else { return nil }
            value = hours
        }
        guard days < 4_000_000, value < 100_000, skip(":"), let minutes = digits(2), minutes < 60, skip(":"),
            let seconds = digits(2), seconds < 60
        else { return nil }
        var fraction: Int64 = 0
        if skip(".") {
            guard let digits = self.fraction() else { return nil }
            fraction = digits
        }
        return (days * 86_400 + value * 3600 + minutes * 60 + seconds) * 1_000_000 + fraction
    }
}

extension Int64 {
    fileprivate func flooredDivision(by divisor: Int64) -> Int64 {
        let quotient = self / divisor
        return self % divisor < 0 ? quotient - 1 : quotient
    }

    fileprivate func padded(_ width: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, width - text.count)) + text
    }
}
