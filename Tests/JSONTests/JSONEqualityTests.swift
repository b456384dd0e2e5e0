import JSON
import Testing

@Suite struct JSONEqualityTests {
    private func read(_ text: String) throws -> JSONValue { try JSONReader.read(Array(text.utf8)) }

    @Test(
        "The order of members, white space and the spelling of numbers and escapes don't count",
        arguments: [
            ("{\"a\":1,\"b\":2}", "{ \"b\" : 2, \"a\" : 1 }"), ("[1.0]", "[1]"), ("[1e2]", "[100]"),
            ("[0.10]", "[1e-1]"),
            ("[-0]", "[0]"), ("[\"\\u0041\"]", "[\"A\"]"), ("[12e-1]", "[1.2]"),
        ])
    func equal(a: String, b: String) throws {
        #expect(try read(a) == read(b))
        #expect(try read(a).hashValue == read(b).hashValue)
    }

    @Test(
        "Everything else counts: null isn't absent, order of elements, one unit in the last place, the kind of value",
        arguments: [
            ("{\"a\":null}", "{}"), ("[1,2]", "[2,1]"), ("[9007199254740993]", "[9007199254740992]"),
            ("[1]", "[\"1\"]"),
            ("[\"\u{e9}\"]", "[\"A\"]"), ("{\"a\":1}", "{\"A\":1}"), ("[0]", "[false]"), ("[1e400]", "[1e401]"),
            ("[\"e\u{301}\"]", "[\"\u{e9}\"]"), ("{\"e\u{301}\":1}", "{\"\u{e9}\":1}"),
        ])
    func different(a: String, b: String) throws {
        #expect(try read(a) != read(b))
    }

    @Test(
        "Whole numbers beyond 2^53 are found, however they are written",
        arguments: [
            ("9007199254740992", false), ("9007199254740993", true), ("-9007199254740993", true), ("1e20", true),
            ("1e15", false),
            ("0.5", false),
        ])
    func unsafe(text: String, isUnsafe: Bool) throws {
        guard case .number(let number) = try read(text) else { throw Invalid(reason: "no number") }
        #expect(number.isUnsafeInteger == isUnsafe)
    }
}

@Suite struct CanonicalFormTests {
    @Test("RFC 8785 §3.2.2's sample has its canonical form")
    func sample() throws {
        let text = #"""
            {"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
             "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}
            """#
        let canonical = String(decoding: try JSONReader.read(Array(text.utf8)).canonicalBytes, as: UTF8.self)
        #expect(
            canonical == #"""
                {"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}
                """#)
    }

    @Test("Names sort by UTF-16 code units, as RFC 8785 §3.2.3's sample does")
    func order() throws {
        let text = #"{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}"#
        let canonical = try JSONReader.read(JSONReader.read(Array(text.utf8)).canonicalBytes).object
        #expect(canonical?.members.map { $0.value.integer } == [2, 4, 6, 7, 1, 5, 3])
    }

    @Test(
        "Numbers are spelled as ECMAScript spells the nearest double (RFC 8785 appendix B)",
        arguments: [
            (0.0, "0"), (.leastNonzeroMagnitude, "5e-324"), (-.leastNonzeroMagnitude, "-5e-324"),
            (1.7976931348623157e308, "1.7976931348623157e+308"),
            (9_007_199_254_740_992.0, "9007199254740992"), (295_147_905_179_352_830_000.0, "295147905179352830000"),
            (9.999999999999997e22, "9.999999999999997e+22"), (1e23, "1e+23"), (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (0.000001, "0.000001"), (0.0000001, "1e-7"), (333_333_333.33333325, "333333333.33333325"), (-1.5, "-1.5"),
            (10, "10"),
        ])
    func numbers(value: Double, text: String) throws {
        #expect(try JSONReader.read(Array("\(value)".utf8)).canonicalBytes == Array(text.utf8))
    }
}
