import EDM
import Storage
import StorageContract
import Testing
import Text

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
        #expect(ids.allSatisfy { $0.isGUID })
    }

    @Test("Ids of requests are UUIDs, and no two are equal, whoever asks")
    func requests() async {
        let ids = await withTaskGroup(of: [String].self) { group in
            for _ in 0..<8 { group.addTask { (0..<2000).map { _ in UUIDs.forRequest() } } }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(ids).count == 16_000)
        #expect(ids.allSatisfy { $0.isGUID && $0 == $0.lowercased() })
        #expect(ids.allSatisfy { Array($0)[14] == "4" })
        #expect(ids.allSatisfy { ["8", "9", "a", "b"].contains(Array($0)[19]) })
    }

    @Test("The system's entropy is never given twice, however much is asked for")
    func reserve() async {
        let draws = await withTaskGroup(of: [[UInt8]].self) { group in
            for size in [8, 10, 16, 32, 255, 256, 257, 4096] {
                group.addTask { (0..<200).map { _ in SystemEntropy().bytes(size) } }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        // A run of eight bytes comes twice by chance once in a trillion such tests.
        let runs: [ArraySlice<UInt8>] = draws.flatMap { draw in
            stride(from: 0, through: draw.count - 8, by: 8).map { draw[$0..<$0 + 8] }
        }
        #expect(Set(runs).count == runs.count)
        let sizes = Dictionary(grouping: draws, by: \.count).mapValues(\.count)
        #expect(sizes.count == 8)
        #expect(sizes.values.allSatisfy { $0 == 200 })
        #expect(SystemEntropy().bytes(0).isEmpty)
    }

    @Test("A process that was forked off gives neither its parent's ids nor its entropy")
    func forks() throws {
        let fork = try #require(dlsym(nil, "fork"))
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        // What both would give next if the child kept its parent's state.
        _ = (UUIDs.forRequest(), SystemEntropy().bytes(16))
        let child = unsafeBitCast(fork, to: (@convention(c) () -> pid_t).self)()
        if child == 0 {
            var mine = Array((UUIDs.forRequest() + SystemEntropy().bytes(16).hex).utf8)
            _exit(write(ends[1], &mine, mine.count) == mine.count ? 0 : 1)
        }
        close(ends[1])
        let mine = (UUIDs.forRequest(), SystemEntropy().bytes(16).hex)
        var bytes = [UInt8](repeating: 0, count: 100)
        let count = read(ends[0], &bytes, bytes.count)
        close(ends[0])
        var status: Int32 = 0
        #expect(waitpid(child, &status, 0) == child && status == 0)
        try #require(count == 68)
        let theirs = String(decoding: bytes[..<count], as: UTF8.self)
        #expect(theirs.prefix(18) != mine.0.prefix(18), "the process's part of an id")
        #expect(theirs.suffix(32) != mine.1)
    }

    @Test("Bytes in hexadecimal", arguments: [([], ""), ([0, 1, 0xAB, 0xFF], "0001abff")] as [([UInt8], String)])
    func hex(bytes: [UInt8], text: String) {
        #expect(bytes.hex == text)
        #expect(AnySequence(bytes).hex == text, "also of a sequence that doesn't know its length")
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
            ("01234567-89ab-7fff-bfff-fffffffffffé", false), ("01234567-89ab-7fff-bfff-ffffffffff\u{E9}", false),
            ("01234567--9ab-7fff-bfff-ffffffffffff", false), ("01234567-89ab-7fff-bfff-ffffffffffffa", false),
            ("012345678-9ab-7fff-bfff-ffffffffffff", false), ("@1234567-89ab-7fff-bfff-ffffffffffff", false),
            ("`1234567-89ab-7fff-bfff-fffffffffff:", false),
        ])
    func isGUID(_ text: String, _ wanted: Bool) { #expect(text.isGUID == wanted) }

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
