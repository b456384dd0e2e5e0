package import EDM
internal import Synchronization
internal import Text

package enum UUIDs {
    /// A version 7 UUID (RFC 9562 §5.7), lower case: milliseconds of the instant, then randomness.
    package static func version7(at instant: Instant, entropy: some Entropy) -> String {
        let milliseconds = UInt64(max(0, instant.microseconds / 1000))
        let random = entropy.bytes(10)
        return text(
            high: milliseconds << 16 | number(random.prefix(2)), low: number(random.dropFirst(2)), version: 7)
    }

    /// A random UUID (RFC 9562 §5.4), lower case: for ids that must not tell when they were made.
    package static func version4(entropy: some Entropy) -> String {
        text(entropy.bytes(16), version: 4)
    }

    /// An id for a request, in the form of a random UUID: a number that is drawn once per process, then a counter. It is
    /// never the same twice, also in a process that was forked off, but whoever has seen one can guess the next.
    package static func forRequest() -> String {
        text(
            high: ProcessNumber.current, low: counter.wrappingAdd(1, ordering: .relaxed).newValue, version: 4)
    }

    // Begins anywhere, so that two processes of one number would still have to meet.
    private static let counter = Atomic(UInt64.random(in: 0 ... .max))

    /// 16 bytes as a UUID of some version and the RFC's variant.
    package static func text(_ bytes: [UInt8], version: UInt64) -> String {
        text(high: number(bytes.prefix(8)), low: number(bytes.dropFirst(8)), version: version)
    }

    /// Eight bytes as a number, or fewer.
    private static func number(_ bytes: some Sequence<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    /// 128 bits as a UUID of some version and the RFC's variant.
    private static func text(high: UInt64, low: UInt64, version: UInt64) -> String {
        let high = high & ~0xF000 | version << 12
        let low = low & (1 << 62 - 1) | 1 << 63
        return String(unsafeUninitializedCapacity: 36) { text in
            var position = 0
            for index in 0..<32 {
                if index == 8 || index == 12 || index == 16 || index == 20 {
                    text[position] = UInt8(ascii: "-")
                    position += 1
                }
                let word = index < 16 ? high : low
                text[position] = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * (index % 16)) & 0xF).hexDigit
                position += 1
            }
            return position
        }
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
