import OData
import Testing

@Suite struct HeaderTests {
    @Test(
        "preferences that are understood are read, the first of each; anything else is ignored",
        arguments: [
            ([], nil, nil, false),
            (["return=minimal"], .minimal, nil, false), (["RETURN = Representation"], .representation, nil, false),
            (["return=\"minimal\"; foo=\"a,b\""], .minimal, nil, false),
            (["return=minimal, return=representation"], .minimal, nil, false),
            (["return=other"], nil, nil, false), (["return"], nil, nil, false),
            (["odata.maxpagesize=5"], nil, 5, false), (["maxpagesize=\"5\""], nil, 5, false),
            (["odata.maxpagesize=5", "maxpagesize=6"], nil, 5, false),
            (["odata.maxpagesize=0"], nil, nil, false), (["odata.maxpagesize=-1"], nil, nil, false),
            (["odata.maxpagesize=x"], nil, nil, false), (["odata.maxpagesize=99999999999999999999"], nil, nil, false),
            (["odata.maxpagesize=5, include-unknown-enum-members"], nil, 5, true),
            (["respond-async, wait=100", " ,, ; return=minimal, ,include-unknown-enum-members"], nil, nil, true),
            (["foo=\"return=minimal, x\\\", return=minimal\", return=representation"], .representation, nil, false),
            (["foo=\"never closed, return=minimal"], nil, nil, false),
        ] as [([String], Preferences.Return?, Int?, Bool)])
    func preferences(fields: [String], returned: Preferences.Return?, size: Int?, unknown: Bool) {
        let found = Preferences(fields)
        #expect(found.returned == returned)
        #expect(found.maxPageSize == size)
        #expect(found.includesUnknownEnumMembers == unknown)
    }

    @Test(
        "what a client takes follows from the most specific range and its quality",
        arguments: [
            ([], .minimal, true), (["*/*"], .minimal, true), (["application/json"], .minimal, false),
            (["text/plain;q=0.9"], nil, true), (["text/plain"], nil, true), (["text/*"], nil, true),
            (["application/*"], .minimal, false), (["APPLICATION/JSON"], .minimal, false),
            (["application/xml"], nil, false), (["text/html, */*;q=0.1"], .minimal, true), ([""], .minimal, true),
            (["application/json;q=0"], nil, false), (["application/json;q=0, */*"], nil, true),
            (["application/json;q=0.000", "*/*;q=1"], nil, true), (["*/*;q=0"], nil, false),
            (["*/*;q=0, application/json"], .minimal, false), (["text/plain;q=0, */*"], .minimal, false),
            (["application/*;q=0, */*"], nil, true),
            (["application/json;odata.metadata=none"], .omitted, false),
            (["application/json;odata.metadata=full"], .full, false),
            (
                ["application/json; Odata.Metadata=\"Minimal\";odata.streaming=true;IEEE754Compatible=false"], .minimal,
                false
            ),
            (["application/json;metadata=none"], .omitted, false),
            (["application/json;odata.metadata=much"], nil, false),
            (["application/json;odata.metadata=full;q=0.5, application/json;odata.metadata=none"], .omitted, false),
            (["application/json;odata.metadata=full, */*;q=0.8"], .full, true),
            (["application/json, application/json;odata.metadata=none;q=0.5"], .minimal, false),
            (["application/json;odata.metadata=full;q=0, application/json"], .minimal, false),
            (["application/json;odata.metadata=minimal;q=0, application/json"], .omitted, false),
            (["application/json;charset=utf-8"], .minimal, false), (["application/json;q=nonsense"], .minimal, false),
        ] as [([String], Acceptance.Metadata?, Bool)])
    func acceptance(fields: [String], json: Acceptance.Metadata?, text: Bool) throws {
        let found = try Acceptance(fields)
        #expect(found.json == json)
        #expect(found.takesText == text)
    }

    @Test(
        "$format wins over the header, and is JSON",
        arguments: [
            ("json", .minimal), ("JSON", .minimal), ("application/json", .minimal),
            ("application/json;odata.metadata=none", .omitted), ("json;metadata=full", .full), ("xml", nil),
            ("text/plain", nil),
            ("application/json;odata.metadata=much", nil), ("", nil), ("json, xml", .minimal),
        ] as [(String, Acceptance.Metadata?)])
    func format(format: String, json: Acceptance.Metadata?) throws {
        if let json {
            #expect(try Acceptance(["text/plain"], format: format).json == json)
        } else {
            #expect(
                refusal { try Acceptance(["*/*"], format: format) }
                    == "$format is '\(format)', and only json is served. Leave it out.")
        }
    }
}
