import Foundation
import OData
import Testing

/// A query's meaning binds skip tokens, and a link repeats a query: both whatever a client makes of its text.
@Suite struct MeaningTests {
    private func meaning(_ text: String) throws -> String { try ODataQuery(text).meaning }

    @Test(
        "one meaning has many spellings",
        arguments: [
            [
                "$filter=startswith(deviceName,'d')&$top=2", "%24filter=startswith%28deviceName%2C%27d%27%29&%24top=2",
                "$top=2&$filter=startswith(%20deviceName%20,+'d'+)", "TOP=2&filter=startswith(deviceName,'d')",
                "$top=2&$filter=startsWith(deviceName,'d')&$skiptoken=x&$skip=5&extra=1&$format=json",
                "$top=2&$filter=startswith(deviceName,@p)&@p='d'", "%24top=2&$filter=(startswith(deviceName,'d'))",
            ],
            [
                "$select=id,displayName&$orderby=displayName desc,id",
                "$orderby=displayName+desc%2C+id+asc&select=displayName,id,id",
                "orderBy=displayName%20DESC,id&$select=displayName%2Cid",
            ],
            [
                "$expand=a($select=id,x;$top=1),b", "$expand=b,a(top=1;$select=x,id)",
                "$expand=b(),a%28%24top%3D1%3Bselect%3Did%2Cx%29",
            ],
            ["$filter=a eq 1 and (b eq 2)", "$filter=(a  EQ 1)\tAND b eq 2"],
            [
                "$filter=id eq A0B1C2D3-1234-5678-9ABC-DEF012345678",
                "$filter=id eq a0b1c2d3-1234-5678-9abc-def012345678",
            ],
            ["$filter=a in ('x','y')&$count=true", "$count=TRUE&$filter=a in( 'x' , 'y' )"],
            ["", "&", "$count=false", "on='principal'"],
        ])
    func same(spellings: [String]) throws {
        let first = try meaning(spellings[0])
        for spelling in spellings { #expect(try meaning(spelling) == first, "\(spelling)") }
    }

    @Test("every other filter, order, selection, expansion or size is another meaning")
    func others() throws {
        let queries = [
            "", "$top=1", "$top=2", "$count=true", "$search=a", "$search=a'", "$deltatoken=a", "$select=a",
            "$select=a,b",
            "$select=*", "$orderby=a", "$orderby=a desc", "$orderby=a,b", "$orderby=b,a", "$filter=a", "$filter=not a",
            "$filter=a eq 1", "$filter=a eq '1'", "$filter=a eq 1.0", "$filter=a ne 1", "$filter=a eq null",
            "$filter=a eq 'null'",
            "$filter=a eq true", "$filter=a eq duration'PT1H'", "$filter=a eq 'PT1H'", "$filter=a eq x.y'z'",
            "$filter=a has 'z'",
            "$filter=a eq 2026-01-01", "$filter=a eq '2026-01-01'", "$filter=a eq 1 and b or c",
            "$filter=a eq 1 and (b or c)",
            "$filter=a in (1)", "$filter=a in (1,2)", "$filter=a in (2,1)", "$filter=a/any()", "$filter=a/any(x:x/b)",
            "$filter=a/all(x:x/b)", "$filter=a/b", "$filter=contains(a,'b')", "$filter=startswith(a,'b')",
            "$filter=contains(tolower(a),'b')", "$filter=isof(x.y)", "$filter=isof(a,x.y)",
            "$filter=a eq 'b'&$search=c",
            "$filter=a eq 'b''%26search=''c'", "$expand=a", "$expand=b", "$expand=a,b", "$expand=*",
            "$expand=a($select=b)",
            "$expand=a($expand=b)", "$expand=a($top=1)", "$expand=a($skip=1)", "$expand=a($filter=b)",
        ]
        let meanings = try queries.map(meaning)
        for (index, found) in meanings.enumerated() {
            let other = meanings[..<index].firstIndex(of: found)
            #expect(other == nil, "\(queries[index]) means \(other.map { queries[$0] } ?? "")")
        }
    }

    /// A query of options in any order, with texts that hold what could be mistaken for syntax.
    private func options(_ random: inout SeededGenerator) -> [(name: String, value: String)] {
        let texts = [
            "d", "it''s", "a&b", "a=b", "a+b", "100%", "#x", "é ü", "a;b", "(x)", "$top=1", "\"q\"", "{}|^`\\[]",
            "/?:@",
        ]
        func text() -> String { "'\(texts.randomElement(using: &random) ?? "")'" }
        let all = [
            ("$filter", "displayName eq \(text()) or startswith(displayName, \(text()))"), ("$orderby", "a desc,b"),
            ("$select", "id,displayName"), ("$top", "2"), ("$count", "true"), ("$search", "\"\(text())\""),
            ("$expand", "a($filter=x eq \(text());$select=id),b"), ("custom", text()),
        ]
        return all.filter { _ in Bool.random(using: &random) }
    }

    private func written(_ options: [(name: String, value: String)], _ random: inout SeededGenerator) -> String {
        options.shuffled(using: &random).map { option in
            let form = Int.random(in: 0..<3, using: &random)
            var name = option.name
            if form == 0 { name = name.replacing("$", with: "%24") }
            if form == 1 { name = name.uppercased() }
            var value = PercentEncoding.encode(option.value)
            if Bool.random(using: &random) { value = value.replacing("%20", with: "+") }
            if Bool.random(using: &random) { value = value.replacing("%27", with: "'").replacing("%2C", with: ",") }
            return "\(name)=\(value)"
        }.joined(separator: "&")
    }

    @Test(
        "what clients make of a query means the same, and the link to its next page is a URL that does too",
        arguments: [1, 2, 3] as [UInt64])
    func rewritten(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let allowed = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*,;=:@/?%".utf8)
        for round in 0..<300 {
            let options = options(&random)
            let first = try ODataQuery(written(options, &random))
            let second = try ODataQuery(written(options, &random))
            #expect(first.meaning == second.meaning, "seed \(seed), round \(round): \(first.text) and \(second.text)")
            let link = first.text(withSkipToken: "a+/=b")
            #expect(link.utf8.allSatisfy(allowed.contains), "\(link)")
            #expect(URL(string: "http://x/y?\(link)", encodingInvalidCharacters: false) != nil, "\(link)")
            let next = try ODataQuery(link)
            #expect(next.meaning == first.meaning, "seed \(seed), round \(round): \(link)")
            #expect(next.skipToken == "a+/=b")
            #expect(next.custom == first.custom)
            #expect(next.text(withSkipToken: "a+/=b") == link, "a link's own link is itself")
        }
    }

    @Test(
        "a link is a URL whatever came in",
        arguments: ["$filter=a eq '\u{e9}\"<>|'", "x= {y}&z&%41=%7e", "$search=\"a b\"#c"])
    func valid(text: String) throws {
        let query = try ODataQuery(text)
        let link = query.text(withSkipToken: "t")
        #expect(URL(string: "http://x/y?\(link)", encodingInvalidCharacters: false) != nil, "\(link)")
        #expect(try ODataQuery(link).meaning == query.meaning)
    }
}
