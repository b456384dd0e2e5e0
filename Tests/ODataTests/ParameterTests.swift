import EDM
import JSON
import OData
import Testing

@Suite struct ParameterTests {
    private static let parameters = [
        Parameter("on", TicketStatus.edm), Parameter("urgent", Bool?.edm),
        Parameter("size", Int32.edm, isOptional: true),
        Parameter("since", Instant.edm, isOptional: true), Parameter("lasting", Duration.edm, isOptional: true),
        Parameter("name", String.edm, isOptional: true), Parameter("tags", [TicketStatus].edm, isOptional: true),
        Parameter("by", Document<Person>.edm, isOptional: true),
    ]

    private func values(_ segment: String, _ query: String = "") throws -> [String: JSONValue] {
        try PathSegment(segment).values(of: Self.parameters, in: ODataQuery(query))
    }

    private func body(_ text: String) throws -> [String: JSONValue] {
        try Self.parameters.values(of: JSONReader.read(Array(text.utf8)).object ?? JSONObject())
    }

    @Test(
        "the arguments of a function become values of their types",
        arguments: [
            ("f(on='Approved')", "", ["on": "approved"]),
            ("f(on=microsoft.graph.ticketStatus'APPROVED')", "", ["on": "approved"]),
            ("f(on='approved'urgent=true)", "", ["on": "approved", "urgent": true]),
            ("f(on='approved',urgent='FALSE',size=5)", "", ["on": "approved", "urgent": false, "size": 5]),
            ("f(on=@on,urgent=null,size='@size')", "@on='approved'&size=-3", ["on": "approved", "size": -3]),
            (
                "f(on='approved',since=2026-01-01,lasting='8:00:00',name='5')", "",
                ["on": "approved", "since": "2026-01-01T00:00:00.000000Z", "lasting": "PT8H", "name": "5"]
            ),
            (
                "f(on='approved',tags=@t,by=@b)", "@t=[\"APPROVED\"]&@b={\"MAIL\":\"m\",\"no\":1}",
                ["on": "approved", "tags": ["approved"], "by": ["mail": "m"]]
            ),
            ("f", "on=approved", ["on": "approved"]),
        ] as [(String, String, [String: JSONValue])])
    func arguments(segment: String, query: String, expected: [String: JSONValue]) throws {
        #expect(try values(segment, query) == expected)
    }

    @Test(
        "what doesn't fit is refused in words",
        arguments: [
            (
                "f(on='bogus')",
                "The parameter 'on' of 'f' has the value 'bogus', which is not a member of ticketStatus. "
                    + "Use one of: needsApproval, approved, completed."
            ),
            ("f(on='unknownFutureValue')", "The parameter 'on' of 'f' has the value 'unknownFutureValue'"),
            ("f()", "'f' needs the parameter 'on'. Call it as f(on='…',urgent='…',"),
            ("f", "'f' needs the parameter 'on'."), ("f(on=null)", "'f' needs the parameter 'on'."),
            ("f(on='approved',urgent='yes')", "The parameter 'urgent' of 'f' must be true or false."),
            ("f(on='approved',size='x')", "The parameter 'size' of 'f' must be a whole number of 32 bits."),
            ("f(on='approved',size=1.5)", "The parameter 'size' of 'f' must be a whole number of 32 bits."),
            ("f(on='approved',size=9999999999)", "The parameter 'size' of 'f' must be a whole number of 32 bits."),
            ("f(on='approved',since='soon')", "The parameter 'since' of 'f' must be a date and time"),
            ("f(on='approved',lasting=5)", "The parameter 'lasting' of 'f' must be a duration"),
            ("f(on='approved',tags='x')", "The parameter 'tags' of 'f' is not valid JSON"),
            ("f(on='approved',tags='[\"x\"]')", "The parameter 'tags[0]' of 'f' has the value 'x'"),
            ("f(on='approved',by='{\"mail\":1}')", "The parameter 'by/mail' of 'f' must be a string."),
            ("f(on='approved',of='x')", "'f' has no parameter 'of'."),
        ])
    func misfits(segment: String, message: String) {
        let found = refusal { try values(segment) }
        #expect(found.hasPrefix(message), "\(found)")
    }

    @Test("the parameters of an action are read from its body")
    func actions() throws {
        #expect(
            try body(#"{"ON":"Approved","urgent":null,"x@odata.type":1,"by":{"Mail":"m"}}"#)
                == ["on": "approved", "by": ["mail": "m"]])
        for (text, message) in [
            (#"{"on":"approved","nope":1}"#, "The parameter 'nope' isn't known. Known are: on, urgent,"),
            ("{}", "'on' is required."), (#"{"on":null}"#, "'on' is required."),
            (#"{"on":"x"}"#, "'on' has the value 'x', which is not a member of ticketStatus."),
            (#"{"on":"approved","tags":["approved",1]}"#, "'tags[1]' must be the name of a member of ticketStatus."),
            (#"{"on":"approved","size":"5"}"#, "'size' must be a whole number of 32 bits."),
        ] {
            let found = refusal { try body(text) }
            #expect(found.hasPrefix(message), "\(found)")
        }
        #expect(refusal { try [Parameter]().values(of: ["a": 1]) } == "The parameter 'a' isn't known. There are none.")
        #expect(
            refusal { try Self.parameters.values(of: ["on": "approved", "On": "approved"]) }
                == "The parameter 'on' is given more than once. Give it once.")
    }

    @Test(
        "a key is the primary one without a name, or one of the keys by all its names",
        arguments: [
            ("set('x')", ["id": "x"]), ("set(x)", ["id": "x"]), ("set(id='x')", ["id": "x"]),
            ("set(UniqueName='x')", ["uniqueName": "x"]),
            ("set(b='2',a='1')", ["a": "1", "b": "2"]), ("set(@p)", ["id": "v"]),
            ("set(uniqueName=@p)", ["uniqueName": "v"]),
            ("set(a='1'b='2')", ["a": "1", "b": "2"]), ("set", nil),
        ] as [(String, [String: String]?)])
    func keys(segment: String, expected: [String: String]?) throws {
        let query = try ODataQuery("@p='v'")
        #expect(try PathSegment(segment).key([["id"], ["uniqueName"], ["a", "b"]], in: query) == expected)
    }

    @Test(
        "keys too many, too few, unknown or null are refused",
        arguments: [
            "set()", "set('x','y')", "set(a='1')", "set(id='x',a='1')", "set(a='1',b=null)", "set(nope='x')",
            "set(id=@q)", "set(@q)", "set(id='x',id='y')",
        ])
    func unknownKeys(segment: String) throws {
        let query = try ODataQuery("")
        #expect(
            !refusal { try PathSegment(segment).key([["id"], ["uniqueName"], ["a", "b"]], in: query) as Any }.isEmpty)
        #expect(
            refusal { try PathSegment("set(a='1')").key([["id"], ["a", "b"]], in: query) as Any }
                == "'set(a='1')' is no key of 'set'. Write set(id='…') or set(a='…',b='…').")
    }

    @Test("a segment with a namespace casts to a type of the family, and OData's own segments are told apart")
    func casts() throws {
        #expect(try PathSegment("graph.userPrincipal").cast(from: Principal.self) == UserPrincipal.self)
        #expect(try PathSegment("microsoft.graph.USERPRINCIPAL").cast(from: Principal.self) == UserPrincipal.self)
        #expect(try PathSegment("graph.principal").cast(from: UserPrincipal.self) == Principal.self)
        #expect(try PathSegment("userPrincipal").cast(from: Principal.self) == nil)
        for name in ["graph.grant", "graph.nope", "graph.userPrincipal()"] {
            #expect(
                refusal { try PathSegment(name).cast(from: Principal.self) as Any }
                    == "Nothing here can be cast to '\(name)'. Known are: microsoft.graph.principal, "
                    + "microsoft.graph.userPrincipal.")
        }
        #expect(
            ["$count", "$REF", "$value", "count", "$other"].map { PathSegment($0).system } == [
                .count, .reference, .value, nil, nil,
            ])
    }
}
