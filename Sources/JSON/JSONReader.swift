/// The one reader through which every JSON body comes in.
///
/// Strict on purpose: two readers that see different things in one text are how an approved body becomes another one.
/// Refused, with the path: invalid UTF-8, more than one byte order mark, members whose names are equal after unescaping or
/// differ only in case, U+0000, lone surrogates, numbers of more than 64 characters or with an exponent of more than four
/// digits, and anything past the limits.
package struct JSONReader {
    /// The caps of one text: nesting, characters of a number, bytes of a string, elements of an array or object.
    package struct Limits: Sendable {
        package var depth = 64
        package var numberLength = 64
        package var stringBytes = 1 << 20
        package var elements = 10_000

        package init() {}

        /// Of what this house has stored itself: an accepted text may stand inside another.
        package static let stored: Limits = {
            var limits = Limits()
            limits.depth = 128
            limits.stringBytes = 8 << 20
            limits.elements = 100_000
            return limits
        }()

        /// Whether a value that was made here, once written, is read again.
        /// - Throws: `Invalid` for what the reader would refuse.
        package func check(_ value: JSONValue) throws(Invalid) { try check(value, depth: 0) }

        private func check(_ value: JSONValue, depth: Int) throws(Invalid) {
            switch value {
            case .null, .bool, .number: return
            case .string(let text): try check(text)
            case .array(let values):
                try checkDepth(depth + 1)
                try checkElements(values.count)
                for (index, value) in values.enumerated() {
                    do throws(Invalid) { try check(value, depth: depth + 1) } catch { throw error.inside(index: index) }
                }
            case .object(let object):
                try checkDepth(depth + 1)
                try checkMembers(object.count)
                var seen = NamesSeen()
                for member in object.members {
                    try check(member.name)
                    guard seen.insert(member.name) else { throw NamesSeen.twice(member.name) }
                    do throws(Invalid) { try check(member.value, depth: depth + 1) } catch {
                        throw error.inside(member.name)
                    }
                }
            }
        }

        private func check(_ text: String) throws(Invalid) {
            try checkBytes(text.utf8.count)
            guard !text.utf8.contains(0) else { throw JSONReader.zero }
        }

        fileprivate func checkDepth(_ depth: Int) throws(Invalid) {
            guard depth <= self.depth else { throw Invalid(reason: "is nested deeper than \(self.depth) levels.") }
        }

        fileprivate func checkBytes(_ count: Int) throws(Invalid) {
            guard count <= stringBytes else { throw Invalid(reason: "is a string of more than \(stringBytes) bytes.") }
        }

        fileprivate func checkElements(_ count: Int) throws(Invalid) {
            guard count <= elements else { throw Invalid(reason: "has more than \(elements) elements.") }
        }

        fileprivate func checkMembers(_ count: Int) throws(Invalid) {
            guard count <= elements else { throw Invalid(reason: "has more than \(elements) members.") }
        }
    }

    /// Reads one JSON text (RFC 8259).
    /// - Throws: `Invalid` with the path of the offence.
    package static func read(_ bytes: some Collection<UInt8>, limits: Limits = Limits()) throws(Invalid) -> JSONValue {
        var reader = JSONReader(bytes: ContiguousArray(bytes), limits: limits)
        if reader.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        reader.skipSpace()
        guard reader.position < reader.bytes.count else {
            throw Invalid(reason: "Empty Payload. JSON content expected.")
        }
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.position == reader.bytes.count else { throw reader.unexpected("the end of the text") }
        return value
    }

    private let bytes: ContiguousArray<UInt8>
    private let limits: Limits
    private var position = 0

    private init(bytes: ContiguousArray<UInt8>, limits: Limits) {
        self.bytes = bytes
        self.limits = limits
    }

    private func unexpected(_ wanted: String) -> Invalid {
        position < bytes.count
            ? Invalid(reason: "is not valid JSON: expected \(wanted) at byte \(position).")
            : Invalid(reason: "is not valid JSON: the text ends where \(wanted) is expected.")
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    private mutating func value(depth: Int) throws(Invalid) -> JSONValue {
        guard position < bytes.count else { throw unexpected("a value") }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return .number(try number())
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Invalid) -> JSONValue {
        let wanted = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[position...].starts(with: wanted) else { throw unexpected("a value") }
        position += wanted.count
        return value
    }

    private mutating func object(depth: Int) throws(Invalid) -> JSONObject {
        try limits.checkDepth(depth)
        position += 1
        var object = JSONObject()
        var seen = NamesSeen()
        skipSpace()
        if take(UInt8(ascii: "}")) { return object }
        while true {
            guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
                throw unexpected("a member name")
            }
            let name = try string()
            guard seen.insert(name) else { throw NamesSeen.twice(name) }
            try limits.checkMembers(seen.count)
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw unexpected("':'") }
            skipSpace()
            do throws(Invalid) { object.append(name, try value(depth: depth)) } catch { throw error.inside(name) }
            skipSpace()
            if take(UInt8(ascii: "}")) { return object }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or '}'") }
            skipSpace()
        }
    }

    private mutating func array(depth: Int) throws(Invalid) -> [JSONValue] {
        try limits.checkDepth(depth)
        position += 1
        var array: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return array }
        while true {
            try limits.checkElements(array.count + 1)
            do throws(Invalid) { array.append(try value(depth: depth)) } catch {
                throw error.inside(index: array.count)
            }
            skipSpace()
            if take(UInt8(ascii: "]")) { return array }
            guard take(UInt8(ascii: ",")) else { throw unexpected("',' or ']'") }
            skipSpace()
        }
    }

    private mutating func number() throws(Invalid) -> JSONNumber {
        let start = position
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits("a value") }
        if take(UInt8(ascii: ".")) { try digits("a digit") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            _ = take(UInt8(ascii: "+")) || take(UInt8(ascii: "-"))
            let first = position
            try digits("a digit")
            guard position - first <= 4 else { throw Invalid(reason: "has an exponent of more than four digits.") }
        }
        guard position - start <= limits.numberLength else {
            throw Invalid(reason: "is a number of more than \(limits.numberLength) characters.")
        }
        return JSONNumber(checked: String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits(_ wanted: String) throws(Invalid) {
        let start = position
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            position += 1
        }
        guard position > start else { throw unexpected(wanted) }
    }

    private mutating func string() throws(Invalid) -> String {
        position += 1
        let start = position
        while position < bytes.count, bytes[position] >= 0x20, bytes[position] != UInt8(ascii: "\\"),
            bytes[position] != UInt8(ascii: "\"")
        { position += 1 }
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            defer { position += 1 }
            return try text(bytes[start..<position])
        }
        var unescaped = ContiguousArray(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return try text(unescaped[...])
            case UInt8(ascii: "\\"):
                position += 1
                try escape(into: &unescaped)
            case 0x00..<0x20:
                throw Invalid(reason: "is not valid JSON: a control character in a string must be escaped.")
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw unexpected("'\"'")
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(Invalid) -> String {
        try limits.checkBytes(bytes.count)
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Invalid(reason: "is not valid UTF-8.") }
        return text
    }

    private mutating func escape(into output: inout ContiguousArray<UInt8>) throws(Invalid) {
        guard position < bytes.count else { throw unexpected("an escape") }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"):
            var unit = UInt32(try hex())
            if (0xD800..<0xDC00).contains(unit) {
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw loneSurrogate }
                let low = UInt32(try hex())
                guard (0xDC00..<0xE000).contains(low) else { throw loneSurrogate }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw loneSurrogate }
            guard unit != 0 else { throw Self.zero }
            output.append(contentsOf: Array(String(Character(scalar)).utf8))
        default:
            position -= 1
            throw unexpected("an escape")
        }
    }

    private static let zero = Invalid(reason: "must not contain U+0000.")

    private var loneSurrogate: Invalid { Invalid(reason: "must not contain a lone surrogate.") }

    private mutating func hex() throws(Invalid) -> UInt16 {
        guard position + 4 <= bytes.count,
            bytes[position..<position + 4].allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }),
            let unit = UInt16(String(decoding: bytes[position..<position + 4], as: UTF8.self), radix: 16)
        else { throw unexpected("four hexadecimal digits") }
        position += 4
        return unit
    }
}

/// The names of an object's members, of which no two may differ only in case. Most objects are small, and looking through a
/// few short names costs less than a set of them.
private struct NamesSeen {
    private var few: [String] = []
    private var many: Set<String> = []
    var count: Int { max(few.count, many.count) }

    static func twice(_ name: String) -> Invalid {
        Invalid(path: name, reason: "appears more than once (names that differ only in case count as equal).")
    }

    /// - Returns: false where an equal name was there.
    mutating func insert(_ name: String) -> Bool {
        let folded = name.lowercased()
        if many.isEmpty {
            guard !few.contains(folded) else { return false }
            few.append(folded)
            if few.count > 24 { many = Set(few) }
            return true
        }
        return many.insert(folded).inserted
    }
}
