import OData
import Testing

@Suite struct ODataPathTests {
    private func names(_ path: String) throws -> [String] { try ODataPath(path).segments.map(\.text) }

    @Test("empty segments and a trailing slash don't count")
    func emptySegments() throws {
        let plain = try ODataPath("deviceManagement/operationApprovalRequests")
        #expect(try ODataPath("//deviceManagement///operationApprovalRequests/") == plain)
        #expect(try ODataPath("").segments.isEmpty)
    }

    @Test("segments are decoded once, after splitting, so an encoded slash stays part of a key")
    func decodedOnce() throws {
        #expect(try names("requests/weird%20id%2F%C3%A9%27x") == ["requests", "weird id/é'x"])
        #expect(try names("requests/a%252Fb") == ["requests", "a%2Fb"])
        #expect(try names("users/ann+x@contoso.com") == ["users", "ann+x@contoso.com"])
    }

    @Test(
        "broken escapes, invalid UTF-8, U+0000 and dot segments are refused",
        arguments: [
            "users/%zz", "users/%4", "users/%", "users/%00", "users/%ff%fe", "users/%c0%af", "a/../b", "a/%2e%2e/b",
            ".",
        ])
    func refused(path: String) {
        #expect(!refusal { try ODataPath(path) }.isEmpty)
    }

    @Test("more than 32 segments are refused, and more than 16 KiB")
    func limits() throws {
        #expect(try ODataPath(String(repeating: "a/", count: 32)).segments.count == 32)
        #expect(
            refusal { try ODataPath(String(repeating: "a/", count: 33)) } == "The URL's path has more than 32 segments."
        )
        let error = #expect(throws: ODataError.self) { try ODataPath(String(repeating: "a", count: (16 << 10) + 1)) }
        #expect(error?.status == 414)
    }

    @Test("names match ignoring ASCII case and Graph's namespace")
    func matching() {
        for text in [
            "approve", "Approve", "microsoft.graph.approve", "graph.approve", "Microsoft.Graph.APPROVE", "approve()",
        ] {
            #expect(PathSegment(text).matches("approve"), "\(text)")
        }
        #expect(!PathSegment("\u{212A}ey").matches("key"), "the Kelvin sign is not K")
        #expect(PathSegment("graph.group").unqualifiedName == "group")
        #expect(PathSegment("graph.group").isQualified)
        #expect(!PathSegment("group").isQualified)
        #expect(PathSegment("$count").matches("$count"))
    }

    @Test("a segment that isn't well-formed keeps its text, which may be a key, and says so in its 400")
    func malformed() {
        for text in ["f(on='x'", "f('x)", "f(a b)", "f(,)", "f(x=)", "f('a',)"] {
            let segment = PathSegment(text)
            #expect(segment.isMalformed && segment.arguments == nil && segment.name == text, "\(text)")
        }
        #expect(
            ODataError.segmentNotFound(PathSegment("f('x")).message
                == "Resource not found for the segment 'f('x'. Check its parentheses, quotes and commas.")
        #expect(
            ODataError.segmentNotFound(PathSegment("x")).description
                == "400 BadRequest: Resource not found for the segment 'x'.")
        #expect(!PathSegment("Ann (guest)").isMalformed)
        #expect(!PathSegment("('id')").isMalformed)
    }
}
