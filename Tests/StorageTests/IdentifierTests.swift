import EDM
import Storage
import StorageContract
import Testing

@Suite("Identifiers")
struct IdentifierTests {
    private let instant = Instant(microseconds: 0x0123_4567_89AB * 1000)

    @Test("A version 7 UUID begins with its milliseconds and names its version and variant")
    func versionSeven() {
        let id = UUIDs.version7(at: instant, entropy: FixedEntropy(byte: 0xFF))
        #expect(id == "01234567-89ab-7fff-bfff-ffffffffffff")
        #expect(UUIDs.version7(at: instant, entropy: FixedEntropy(byte: 0)) == "01234567-89ab-7000-8000-000000000000")
    }

    @Test("A random UUID names its version and variant")
    func versionFour() {
        #expect(UUIDs.version4(entropy: FixedEntropy(byte: 0xFF)) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(UUIDs.version4(entropy: FixedEntropy(byte: 0)) == "00000000-0000-4000-8000-000000000000")
    }

    @Test("Version 7 UUIDs sort by their milliseconds, whatever their random part")
    func order() {
        let entropy = SeededEntropy(seed: 1)
        let ids = (0..<1000).map { UUIDs.version7(at: instant + .milliseconds($0), entropy: entropy) }
        #expect(ids == ids.sorted())
        #expect(Set(ids).count == 1000)
        #expect(ids.allSatisfy(UUIDs.isUUID))
    }

    @Test("An instant before 1970 makes a UUID of time zero")
    func beforeTheEpoch() {
        let id = UUIDs.version7(at: Instant(microseconds: -1), entropy: FixedEntropy(byte: 0))
        #expect(id == "00000000-0000-7000-8000-000000000000")
    }

    @Test(
        "A text is a UUID or it isn't",
        arguments: [
            ("01234567-89ab-7fff-bfff-ffffffffffff", true), ("01234567-89AB-7FFF-BFFF-FFFFFFFFFFFF", true), ("", false),
            ("01234567-89ab-7fff-bfff-fffffffffff", false), ("0123456789ab7fffbfffffffffffffffffff", false),
            ("g1234567-89ab-7fff-bfff-ffffffffffff", false), ("{1234567-89ab-7fff-bfff-ffffffffffff}", false),
            ("01234567-89ab-7fff-bfff-fffffffffffé", false),
        ])
    func isUUID(_ text: String, _ wanted: Bool) { #expect(UUIDs.isUUID(text) == wanted) }

    @Test("Keys, index values and values of queries are equal only when their bytes are")
    func exactness() {
        let composed = "\u{E9}", decomposed = "e\u{301}"
        #expect(composed == decomposed, "Swift's own equality is another one")
        #expect(Key("k", composed) != Key("k", decomposed))
        #expect(Set([IndexValue("i", composed), IndexValue("i", decomposed)]).count == 2)
        #expect(FieldValue.text(composed) != .text(decomposed))
        #expect(SQLValue.text(composed) != .text(decomposed))
        #expect([Key("k", composed), Key("k", decomposed)].sorted().first?.id.utf8.count == 3)
    }

    @Test("Keys sort by kind and then by the bytes of the id")
    func keyOrder() {
        let ids = ["\u{10000}", "\u{FFFF}", "b", "a", "B", "é", "", "a\u{0}"]
        let sorted = ids.map { Key("k", $0) }.sorted().map(\.id)
        #expect(sorted.map { Array($0.utf8) } == ids.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) })
        #expect(Key("a", "z") < Key("b", "a"))
    }
}

/// The same byte again and again.
struct FixedEntropy: Entropy {
    let byte: UInt8
    func bytes(_ count: Int) -> [UInt8] { Array(repeating: byte, count: count) }
}
