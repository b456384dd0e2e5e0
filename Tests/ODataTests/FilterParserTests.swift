import OData
import Testing

@Suite struct FilterParserTests {
    private static let a = FilterExpression.path(["a"])

    @Test(
        "literals are told apart by their spelling",
        arguments: [
            ("'it''s'", .string("it's")), ("''", .string("")), ("5", .integer(5)), ("-5", .integer(-5)),
            ("+5", .integer(5)),
            ("4.0", .decimal("4.0")), ("-1.5e-3", .decimal("-1.5e-3")), ("1E5", .decimal("1E5")),
            ("99999999999999999999", .decimal("99999999999999999999")), ("true", .bool(true)), ("FALSE", .bool(false)),
            ("null", .null), ("2026-01-01", .dateTime("2026-01-01")),
            ("2026-01-01T00:00:00.1234567Z", .dateTime("2026-01-01T00:00:00.1234567Z")),
            ("2026-01-01T00:00:00+05:30", .dateTime("2026-01-01T00:00:00+05:30")),
            ("a0B1c2d3-1234-5678-9abc-def012345678", .guid("a0B1c2d3-1234-5678-9abc-def012345678")),
            ("00000000-0000-0000-0000-000000000000", .guid("00000000-0000-0000-0000-000000000000")),
            ("duration'PT8H'", .duration("PT8H")), ("datetime'2026-01-01'", .dateTime("2026-01-01")),
            ("microsoft.graph.status'approved'", .enumeration(type: "microsoft.graph.status", member: "approved")),
        ] as [(String, FilterLiteral)])
    func literals(text: String, literal: FilterLiteral) throws {
        #expect(try FilterExpression("a eq \(text)") == .compare(Self.a, .eq, .literal(literal)))
    }

    @Test("not binds tighter than comparisons, those than and, and that than or")
    func precedence() throws {
        let b = FilterExpression.path(["b"]), c = FilterExpression.path(["c"])
        let one = FilterExpression.literal(.integer(1))
        #expect(try FilterExpression("a or b and c") == .or([Self.a, .and([b, c])]))
        #expect(try FilterExpression("(a or b) and c") == .and([.or([Self.a, b]), c]))
        #expect(try FilterExpression("not a and b") == .and([.not(Self.a), b]))
        #expect(try FilterExpression("not a eq 1") == .compare(.not(Self.a), .eq, one))
        #expect(try FilterExpression("not(a eq 1)") == .not(.compare(Self.a, .eq, one)))
        #expect(
            try FilterExpression("NOT (a EQ 1) AND b OR c") == .or([.and([.not(.compare(Self.a, .eq, one)), b]), c]))
    }

    @Test("paths, casts, lambdas, counts, lists and functions are read")
    func shapes() throws {
        #expect(try FilterExpression("a/b/microsoft.graph.c/d") == .path(["a", "b", "microsoft.graph.c", "d"]))
        #expect(try FilterExpression("$it/a") == Self.a)
        #expect(
            try FilterExpression("a/$count eq 0") == .compare(.path(["a", "$count"]), .eq, .literal(.integer(0))))
        #expect(try FilterExpression("a/any()") == .any(["a"], variable: nil, body: nil))
        #expect(try FilterExpression("a/Any( x : x/b )") == .any(["a"], variable: "x", body: .path(["x", "b"])))
        #expect(try FilterExpression("a/all(x:x)") == .all(["a"], variable: "x", body: .path(["x"])))
        #expect(try FilterExpression("a in ('x', null,2)") == .in(Self.a, [.string("x"), .null, .integer(2)]))
        #expect(try FilterExpression("a has 'x'") == .has(Self.a, .string("x")))
        for text in ["isof(microsoft.graph.b)", "IsOf( 'microsoft.graph.b' )", "isof($it,microsoft.graph.b)"] {
            #expect(try FilterExpression(text) == .isOf(nil, type: "microsoft.graph.b"), "\(text)")
        }
        #expect(try FilterExpression("isof(a/c,'b')") == .isOf(["a", "c"], type: "b"))
        #expect(
            try FilterExpression("contains(toLower(a),'x')")
                == .call(.contains, [.call(.tolower, [Self.a]), .literal(.string("x"))]))
    }

    @Test("parameter aliases stand for values of the query, and for null where it gives none")
    func aliases() throws {
        #expect(
            try ODataQuery("$filter=a eq @p and b eq @q&@p='x'").filter
                == FilterExpression("a eq 'x' and b eq null"))
        for query in ["$filter=a eq @p&@p=b eq 1", "$filter=a eq @p&@p=@p", "$filter=@p&@p=a", "$filter=a eq @p/b"] {
            #expect(!refusal { try ODataQuery(query) }.isEmpty, "\(query)")
        }
    }

    @Test(
        "what can't be read is refused with its position, what was expected and what was found",
        arguments: [
            ("status eq", "at position 10: expected a property or a value, found the end."),
            ("status eq 'é' eq", "at position 15: expected 'and', 'or' or the end, found 'eq'."),
            ("a eq 'x", "at position 6: the quote is never closed. Double a quote inside a text: 'it''s'."),
            ("a in ()", "at position 7: expected a value, found ')'."),
            ("a in 'x'", "at position 6: expected a list such as ('a','b'), found 'x'."),
            ("a eq 1 && b", "at position 8: the character '&' has no meaning here."),
            ("a eq ab-c", "at position 8: a number can't be read."),
            (
                "x/any(x/id eq '1')",
                "at position 7: expected a variable and a colon, as in x/any(x:x eq 'value'), found 'x/id'."
            ),
            (
                "substringof('a',b)",
                "at position 1: 'substringof' is not a supported function. "
                    + "Use one of: contains, endswith, isof, length, startswith, tolower, toupper, or path/any(x:…)."
            ),
        ])
    func positions(filter: String, message: String) {
        #expect(refusal { try FilterExpression(filter) } == "The query option '$filter' can't be read " + message)
    }

    @Test(
        "broken filters are refused",
        arguments: [
            "", " ", "(", ")", "a eq 'b' and", "and", "a eq b c", "eq eq eq", "a/", "/a", "a//b", "a/$count/b", "any()",
            "any(x:x)", "a/all()", "a/any(x:)", "a/any(x)", "a/any(1:x)", "a in (b)", "a in ('x',)", "a in ('x'",
            "contains(a)",
            "contains(a,'b','c')", "tolower()", "12abc eq 1", "1.2.3", "-", "a eq -", "a.b.'x", "a..b", "a eq x'y'",
            "{}", "isof()", "isof(5)", "isof(a,)", "isof(a,b,c)", "isof('a',b)", "isof('a b')", "isof(a/b)", "isof(a",
            "a/isof(b)", "a eq ('x','y')", "a has b", "a eq 'x''", "a eq \"x\"", "a\u{301}' eq 1", "a eq 13:20:00",
        ])
    func broken(filter: String) {
        #expect(!refusal { try FilterExpression(filter) }.isEmpty)
    }

    @Test("depth, number of conditions, lists and length are limited, and quickly")
    func limits() throws {
        func repeated(_ text: String, _ count: Int, _ separator: String = "") -> String {
            Array(repeating: text, count: count).joined(separator: separator)
        }
        #expect(throws: Never.self) { try FilterExpression(repeated("(", 32) + "a" + repeated(")", 32)) }
        #expect(throws: Never.self) { try FilterExpression(repeated("a eq 1", 200, " or ")) }
        #expect(throws: Never.self) { try FilterExpression("a in (\(repeated("1", 1000, ",")))") }
        let refused = [
            repeated("(", 200) + "a" + repeated(")", 200), repeated("not ", 200) + "a", repeated("tolower(", 200),
            repeated("a/any(x:", 200), repeated("a eq 1", 201, " or "), "a in (\(repeated("1", 1001, ",")))",
            "a eq '\(repeated("x", 8 << 10))'",
        ]
        let clock = ContinuousClock()
        let time = clock.measure {
            for filter in refused { #expect(!refusal { try FilterExpression(filter) }.isEmpty) }
        }
        #expect(time < .seconds(2))
    }
}
