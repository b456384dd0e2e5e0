internal import EDM

/// Values at the edges of their types, and texts that mean something to somebody.
enum OddValues {
    static let texts = [
        "", " ", "a", "A", "b", "ab", "aB", "AB", "abc", "Abc", "aéb", "ae\u{301}b", "é", "e\u{301}", "É", "ß", "SS",
        "ſ", "K", "k",
        "İ", "i", "ı", "I", "ﬁ", "fi", "日本", "日本語", "👩‍👩‍👧‍👧", "👩", "🏳️‍🌈", "\u{1F600}", "\u{FFFF}", "\u{10000}", "\u{FB01}",
        "'", "''", "\"", "\\", "\\\\", "\\n", "\n", "\t", "\u{1}", "\u{7F}", "\u{85}", "\u{2028}", "\u{200B}",
        "\u{FEFF}a",
        "%", "_", "a%", "a_c", "a%c", "[a-z]", "*", "?", "a*", "^", "$", "$.title", "$[0]", "@", "{\"a\":1}", "null",
        "true", "1",
        "01", "1.0", "-1", "; DROP TABLE thing;--", "' OR 1=1 --", "?1", "$1", ":x", "E'\\x'", "&lt;", "/", "a/b",
        "2026-11-20T21:00:00Z", "9223372036854775807", String(repeating: "long ", count: 100),
        String(repeating: "é", count: 300),
    ]

    static let integers: [Int64] = [
        0, 1, -1, 2, 10, 9, -10, 100, .max, .min, .max - 1, .min + 1, 1 << 53, 1 << 53 + 1, -(1 << 53) - 1, 1 << 31,
        -(1 << 31),
    ]

    static let small: [Int64] = [0, 1, -1, 2, 2, 2, 10, 9, Int64(Int32.max), Int64(Int32.min)]

    static let instants: [Instant] = [
        "1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2026-11-20T21:00:00Z", "2026-11-20T21:00:00.000001Z",
        "2026-11-20T20:59:59.999999Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "2000-02-29T12:00:00.5Z",
        "1600-01-01T00:00:00Z",
    ].compactMap { try? Instant($0) }
}
