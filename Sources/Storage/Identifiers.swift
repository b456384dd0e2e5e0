package import EDM

/// Where ids, salts and pauses get their randomness, so that a simulation can replay them.
package protocol Entropy: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// The system's cryptographic generator.
package struct SystemEntropy: Entropy {
    package init() {}
    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        // The system is asked for eight bytes at a time.
        var bytes: [UInt8] = []
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0.prefix(count - bytes.count)) }
        }
        return bytes
    }
}

package enum UUIDs {
    /// A version 7 UUID (RFC 9562 §5.7), lower case: milliseconds of the instant, then randomness.
    package static func version7(at instant: Instant, entropy: some Entropy) -> String {
        let milliseconds = UInt64(max(0, instant.microseconds / 1000))
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * $0)) }
        bytes += entropy.bytes(10)
        return text(bytes, version: 7)
    }

    /// A random UUID (RFC 9562 §5.4), lower case: for ids that must not tell when they were made.
    package static func version4(entropy: some Entropy) -> String { text(entropy.bytes(16), version: 4) }

    /// 16 bytes as a UUID of some version and the RFC's variant.
    package static func text(_ raw: [UInt8], version: UInt8) -> String {
        var bytes = raw
        bytes[6] = bytes[6] & 0x0F | version << 4
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            text.append((byte >> 4).hexDigit)
            text.append((byte & 0x0F).hexDigit)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text is a UUID in its usual form, in any case.
    package static func isUUID(_ text: String) -> Bool {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return false }
        return characters.indices.allSatisfy { index in
            [8, 13, 18, 23].contains(index)
                ? characters[index] == UInt8(ascii: "-") : Unicode.Scalar(characters[index]).properties.isASCIIHexDigit
        }
    }
}

extension UInt8 {
    /// The ASCII digit of a value below 16.
    fileprivate var hexDigit: UInt8 { self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") + (self - 10) }
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal.
    package var hex: String {
        var digits: [UInt8] = []
        for byte in self {
            digits.append((byte >> 4).hexDigit)
            digits.append((byte & 0x0F).hexDigit)
        }
        return String(decoding: digits, as: UTF8.self)
    }
}

extension String {
    /// Text compared by its UTF-8 bytes, as every engine stores and orders it. Swift's own equality takes "é" in two normal
    /// forms for one text: two ids would become one in a dictionary and stay two in a table.
    package func isExactly(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        let isEqual = utf8.withContiguousStorageIfAvailable { mine in
            other.utf8.withContiguousStorageIfAvailable { theirs in
                mine.indices.allSatisfy { mine[$0] == theirs[$0] }
            }
        }
        return (isEqual ?? nil) ?? utf8.elementsEqual(other.utf8)
    }

    package func precedesExactly(_ other: String) -> Bool { utf8.lexicographicallyPrecedes(other.utf8) }

    package func hashExactly(into hasher: inout Hasher) {
        var text = self
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(0xFF as UInt8)
    }
}

/// The key of a document inside a tenant.
package struct Key: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let kind: String
    package let id: String

    package init(_ kind: String, _ id: String) {
        self.kind = kind
        self.id = id
    }

    package var description: String { "\(kind)/\(id)" }

    package static func == (lhs: Key, rhs: Key) -> Bool { lhs.id.isExactly(rhs.id) && lhs.kind.isExactly(rhs.kind) }

    package func hash(into hasher: inout Hasher) {
        kind.hashExactly(into: &hasher)
        id.hashExactly(into: &hasher)
    }

    package static func < (lhs: Key, rhs: Key) -> Bool {
        lhs.kind.isExactly(rhs.kind) ? lhs.id.precedesExactly(rhs.id) : lhs.kind.precedesExactly(rhs.kind)
    }
}

/// One value of a multi-valued index.
package struct IndexValue: Hashable, Comparable, Sendable {
    package let index: String
    package let value: String

    package init(_ index: String, _ value: String) {
        self.index = index
        self.value = value
    }

    package static func == (lhs: IndexValue, rhs: IndexValue) -> Bool {
        lhs.value.isExactly(rhs.value) && lhs.index.isExactly(rhs.index)
    }

    package func hash(into hasher: inout Hasher) {
        index.hashExactly(into: &hasher)
        value.hashExactly(into: &hasher)
    }

    package static func < (lhs: IndexValue, rhs: IndexValue) -> Bool {
        lhs.index.isExactly(rhs.index) ? lhs.value.precedesExactly(rhs.value) : lhs.index.precedesExactly(rhs.index)
    }
}
