import JSON
import Testing

@Suite struct JSONReaderTests {
    @Test(
        "What is not valid JSON, or would be read differently by two readers, is refused with its path",
        arguments: [
            ("", "Empty Payload. JSON content expected."),
            ("  ", "Empty Payload. JSON content expected."),
            ("{\"a\":1,\"a\":2}", "'a' appears more than once"),
            ("{\"a\":1,\"\\u0061\":2}", "'a' appears more than once"),
            ("{\"a\":1,\"A\":2}", "'A' appears more than once"),
            ("{\"a\":{\"b\":[1,{\"c\":\"\\u0000\"}]}}", "'a/b[1]/c' must not contain U+0000."),
            ("[\"\\ud800\"]", "'[0]' must not contain a lone surrogate."),
            ("[\"\\ud800\\u0041\"]", "'[0]' must not contain a lone surrogate."),
            ("[\"\\udc00\"]", "'[0]' must not contain a lone surrogate."),
            ("[1e99999]", "'[0]' has an exponent of more than four digits."),
            ("[01]", "is not valid JSON"), ("[1.]", "is not valid JSON"), ("[+1]", "is not valid JSON"),
            ("[.5]", "is not valid JSON"), ("[NaN]", "is not valid JSON"), ("[1,]", "is not valid JSON"),
            ("{\"a\":1,}", "is not valid JSON"), ("{a:1}", "is not valid JSON"), ("[\"\n\"]", "control character"),
            ("[\"\\x\"]", "is not valid JSON"), ("{} {}", "is not valid JSON"), ("nul", "is not valid JSON"),
            ("[\"\\u00g0\"]", "is not valid JSON"), ("\"", "is not valid JSON"), ("[", "is not valid JSON"),
        ])
    func refused(text: String, complaint: String) throws {
        let error = #expect(throws: Invalid.self) { try JSONReader.read(Array(text.utf8)) }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }

    @Test("Invalid UTF-8 and a second byte order mark are refused, one mark is skipped")
    func encoding() throws {
        #expect(throws: Invalid.self) { try JSONReader.read([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: Invalid.self) { try JSONReader.read([0x22, 0xED, 0xA0, 0x80, 0x22]) }
        #expect(throws: Invalid.self) { try JSONReader.read([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, 0x31]) }
        #expect(try JSONReader.read([0xEF, 0xBB, 0xBF, 0x31]) == 1)
    }

    @Test("Limits hold at their edge: depth 64, numbers of 64 characters, 10,000 elements")
    func limits() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        _ = try JSONReader.read(nested(64))
        #expect(throws: Invalid.self) { try JSONReader.read(nested(65)) }
        _ = try JSONReader.read(Array(String(repeating: "1", count: 64).utf8))
        #expect(throws: Invalid.self) { try JSONReader.read(Array(String(repeating: "1", count: 65).utf8)) }
        func list(_ count: Int) -> [UInt8] { JSONValue.array(Array(repeating: 0, count: count)).bytes }
        _ = try JSONReader.read(list(10_000))
        #expect(throws: Invalid.self) { try JSONReader.read(list(10_001)) }
    }

    @Test("What the check before writing lets through is read again, and what it refuses isn't")
    func check() throws {
        func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce(JSONValue.null) { value, _ in [value] } }
        let limits = JSONReader.Limits.stored
        let odd: [JSONValue] = [
            nested(128), nested(129), ["a": nested(127)], ["a": nested(128)], "x\u{0}", ["x\u{0}": 1],
            ["a": ["b\u{0}"]],
            .array(Array(repeating: 0, count: 100_000)), .array(Array(repeating: 0, count: 100_001)),
            .string(String(repeating: "é", count: 4 << 20)), .string(String(repeating: "é", count: 4 << 20) + "x"),
            ["a": 1, "b": ["c": nil]], ["a": 1, "A": 2], ["x": ["a": 1, "A": 2]], ["\u{E9}": 1, "e\u{301}": 2],
        ]
        for value in odd {
            let isRead = (try? JSONReader.read(value.bytes, limits: limits)) != nil
            let isLetThrough = (try? limits.check(value)) != nil
            #expect(isRead == isLetThrough, "\(value.text.prefix(60))")
        }
        #expect(throws: Invalid(path: "a[0]", reason: "must not contain U+0000.")) {
            try limits.check(["a": ["\u{0}"]])
        }
    }

    @Test(
        "Two names that differ only in case are refused, in small objects and in large ones",
        arguments: [2, 24, 25, 26, 60])
    func names(count: Int) throws {
        let names = (1..<count).map { "\"n\($0)\":1" }
        _ = try JSONReader.read(Array("{\(names.joined(separator: ","))}".utf8))
        // Two spellings of one letter are one name to whoever looks it up.
        for double in [["\"N1\":1"], ["\"n\(count - 1)\":1"], ["\"\u{E9}\":1", "\"e\u{301}\":1"]] {
            let text = "{\((names + double).joined(separator: ","))}"
            #expect(throws: Invalid.self) { try JSONReader.read(Array(text.utf8)) }
        }
    }

    @Test(
        "What was written is kept: the order of members, the text of numbers, every string",
        arguments: [
            "{\"b\":1.50,\"a\":-0,\"c\":1E5}", "[\"\\\"\\\\\\n\\u001f/é😀\"]",
            "{\"\":{},\"x\":[],\"y\":null,\"z\":true}",
            "[9007199254740993,0.1]",
        ])
    func roundTrip(text: String) throws {
        #expect(try JSONReader.read(Array(text.utf8)).text == text)
    }

    @Test("Escapes are resolved once, so that names and strings have one form")
    func escapes() throws {
        let value = try JSONReader.read(Array(#"{"stat\u0075s":"\u00e9\ud83d\ude00\/"}"#.utf8))
        #expect(value.text == #"{"status":"é😀/"}"#)
    }

    @Test("Random bytes are read or refused, and never stop the process")
    func fuzz() {
        var seed: UInt64 = 42
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        let alphabet = Array(#"{}[]",:\u0123dD8eE+-.tfn "#.utf8) + [0xC3, 0xA9, 0xFF, 0x00, 0x0A]
        for _ in 0..<20_000 {
            let bytes = (0..<next(24)).map { _ in alphabet[next(alphabet.count)] }
            if let value = try? JSONReader.read(bytes) {
                #expect((try? JSONReader.read(value.bytes)) == value)
            }
        }
    }
}
