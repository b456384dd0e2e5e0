import Testing
import Text

@Suite("Texts of every room")
struct TextTests {
    @Test(
        "Base64 is decoded as RFC 4648 §10 shows it",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
            ("Zm9vYmFy", "foobar"), ("Zh==", "f"),
        ])
    func base64(text: String, decoded: String) {
        #expect(Base64.decode(text) == Array(decoded.utf8))
    }

    @Test(
        "what isn't Base64 is refused",
        arguments: ["Z", "Zg", "Zg=", "Zg===", "====", "Zm9v====", "Zm9vYg==Zg==", "Zm-_", "Zm9 v", "Zm\u{E9}v"])
    func malformedBase64(text: String) { #expect(Base64.decode(text) == nil) }

    @Test("Base64 for URLs has one text for each sequence of bytes")
    func base64URL() {
        for count in 0..<40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 89 &+ 251) }
            let text = Base64URL.encode(bytes)
            #expect(Base64URL.decode(text.utf8) == bytes)
            #expect(text.utf8.count == (count * 4 + 2) / 3)
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
        for text in ["A", "-_8=", "-_9", "+/8", "-_8\n", "AAAAA"] { #expect(Base64URL.decode(text.utf8) == nil) }
    }

    @Test("a GUID has 8-4-4-4-12 hexadecimal digits in either case")
    func guid() {
        let guid = "aabb1234-5678-9012-ABCD-ef0123456789"
        #expect(guid.isGUID)
        for text in [
            "", String(guid.dropLast()), guid + "0", "{\(guid)}", guid.replacing("-", with: ""),
            guid.replacing("a", with: "g"), guid.replacing("-", with: "\u{2010}"),
            "aabb12345-678-9012-ABCD-ef0123456789",
        ] {
            #expect(!text.isGUID, "\(text)")
        }
        #expect(Array("(\(guid))".utf8).isGUID(at: 1))
        #expect(!Array("(\(guid))".utf8).isGUID(at: 2))
    }

    @Test("hexadecimal has two lower-case digits for each byte")
    func hexadecimal() {
        #expect([0, 9, 10, 0x7F, 0xFF].hex == "00090a7fff")
        for (digit, value) in zip("09afAF".utf8, [0, 9, 10, 15, 10, 15] as [UInt8]) {
            #expect(digit.hexDigitValue == value)
        }
        for byte in "/:@G`g".utf8 { #expect(byte.hexDigitValue == nil) }
    }

    @Test("case is ASCII's, and the Kelvin sign stays itself")
    func ascii() {
        #expect("AZaz09 É\u{212A}[@".asciiLowercased == "azaz09 É\u{212A}[@")
        #expect("AZaz09 é`{".asciiUppercased == "AZAZ09 é`{")
    }

    @Test("white space goes from the ends only; blanks are spaces and tabs")
    func trimming() {
        #expect(" \t\u{A0}a b\n".trimmed == "a b")
        #expect(" \ta b\n ".trimmingBlanks == "a b\n")
        #expect(Array(" \u{301}x \u{301}".trimmingBlanks.utf8) == Array("\u{301}x \u{301}".utf8))
        #expect("\n \t".trimmed.isEmpty && " \t".trimmingBlanks.isEmpty)
        #expect("x; y ;z".split(separator: ";").map(\.trimmed) == ["x", "y", "z"])
    }
}
