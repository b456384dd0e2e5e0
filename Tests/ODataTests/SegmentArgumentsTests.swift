import OData
import Testing

@Suite struct SegmentArgumentsTests {
    private func key(_ segment: String, _ query: String = "") throws -> String? {
        try PathSegment(segment).key(in: ODataQuery(query))
    }

    private func values(_ segment: String, _ names: [String], _ query: String = "") throws -> [String: String] {
        try PathSegment(segment).parameters(names, in: ODataQuery(query))
    }

    @Test("keys come quoted, bare or by alias")
    func keys() throws {
        #expect(try key("set('id')") == "id")
        #expect(try key("set(id)") == "id")
        #expect(try key("set( 42 )") == "42")
        #expect(try key("set(2018-02-13T23:59:59Z)") == "2018-02-13T23:59:59Z")
        #expect(try key("set(@key)", "@key='a''b'") == "a'b")
        #expect(try key("set('@key')", "@key='x'") == "@key", "a quoted key is no alias")
        #expect(try key("set()") == nil)
        #expect(try key("set") == nil)
        #expect(try key("set(uniqueName='x')") == nil)
    }

    @Test(
        "quotes in a value may be doubled, as OData asks, or stray, as the Python SDK sends them",
        arguments: [
            ("f('it''s')", "it's"), ("f('a'b')", "a'b"), ("f('''')", "'"), ("f(''')", "'"), ("f('')", ""),
            ("f('a''')", "a'"),
            ("f('a'')", "a'"), ("f('a)b(')", "a)b("), ("f('a,b')", "a,b"), ("f('a',b')", "a',b"), ("f('x=y')", "x=y"),
            ("f('7'''' Tablet')", "7'' Tablet"),
        ])
    func quotes(segment: String, value: String) throws {
        #expect(try key(segment) == value)
    }

    @Test("named arguments come with a comma, without it, and in any order of case")
    func named() throws {
        let names = ["accessPackageId", "incompatibleAccessPackageId"]
        let expected = ["accessPackageId": "A", "incompatibleAccessPackageId": "B"]
        for segment in [
            "f(accessPackageId='A',incompatibleAccessPackageId='B')",
            "f(accessPackageId='A'incompatibleAccessPackageId='B')",
            "f(incompatibleaccesspackageid='B', ACCESSPACKAGEID='A')",
        ] {
            #expect(try values(segment, names) == expected, "\(segment)")
        }
        #expect(try values("retrieveMyRequestById(id='a'b')", ["id"]) == ["id": "a'b"])
        #expect(try values("retrieveMyRequestById(id='a''b')", ["id"]) == ["id": "a'b"])
        #expect(try values("f()", ["id"]) == [:])
        #expect(try values("f(on=microsoft.graph.options'principal')", ["on"]) == ["on": "principal"])
    }

    @Test("a correctly escaped value never becomes a second argument")
    func noInjection() throws {
        #expect(try values("f(id='x'',other=''y')", ["id", "other"]) == ["id": "x',other='y"])
        #expect(try values("f(id='x''other=''y')", ["id", "other"]) == ["id": "x'other='y"])
    }

    @Test("aliases are resolved from the query, whether quoted or not, with or without @")
    func aliases() throws {
        for (segment, query) in [
            ("f(on='principal')", ""), ("f(on=@p)", "@p='principal'"), ("f(on='@on')", "on='principal'"),
            ("f(on='@on')", "on=principal"), ("f(on=@on)", "%40on=%27principal%27"),
            ("f(on=@ON)", "on=no&@on=principal"),
            ("f", "@on='principal'"), ("f", "on='principal'"),
        ] {
            #expect(try values(segment, ["on"], query) == ["on": "principal"], "\(segment)?\(query)")
        }
        #expect(try values("f(on=@p)", ["on"]) == [:], "an alias that the query doesn't give is absent")
        #expect(try values("f(on='@p')", ["on"], "p=null") == [:])
        #expect(try values("f(on=null)", ["on"]) == [:])
        #expect(try values("f(on='null')", ["on"]) == ["on": "null"])
    }

    @Test("the Python SDK's aliases survive their lost commas")
    func aliasesWithoutCommas() throws {
        let names = ["transitive", "directoryScopeType", "directoryScopeId"]
        let segment =
            "assignedPrincipals(transitive=@transitivedirectoryScopeType='@directoryScopeType'"
            + "directoryScopeId='@directoryScopeId')"
        let query = "transitive=true&directoryScopeId=%27%2F%27"
        #expect(try values(segment, names, query) == ["transitive": "true", "directoryScopeId": "/"])
    }

    @Test("unknown, repeated and unnamed arguments are refused with the right call")
    func refusals() {
        #expect(
            refusal { try values("f(of='x')", ["on"]) } == "'f' has no parameter 'of'. Call it as f(on='…').")
        #expect(
            refusal { try values("f(on='x',On='y')", ["on"]) }
                == "'f' is given the parameter 'on' more than once. Give it once.")
        #expect(
            refusal { try values("f('x')", []) }
                == "'f' is given a value without a name. Call it with empty parentheses.")
    }
}
