import OData
import Testing

@Suite struct ODataQueryTests {
    @Test("every option is read, whatever its case, with or without its $, encoded or not")
    func options() throws {
        let query = try ODataQuery(
            "%24TOP=5&$skip=1&count=true&$OrderBy=createdDateTime%20desc,+id&$select=id,requestor/mail,*"
                + "&$search=%22a+b%22&$skiptoken=t&$deltatoken=d&$format=json&$id=x&on='principal'&@p=1&")
        #expect(query.top == 5)
        #expect(query.skip == 1)
        #expect(query.count)
        #expect(query.orderBy.map(\.path) == [["createdDateTime"], ["id"]])
        #expect(query.orderBy.map(\.descending) == [true, false])
        #expect(query.select == [["id"], ["requestor", "mail"], ["*"]])
        #expect(query.search == "\"a b\"")
        #expect([query.skipToken, query.deltaToken, query.format, query.entityId] == ["t", "d", "json", "x"])
        #expect(query.custom.map(\.name) == ["on", "@p"])
        #expect(try ODataQuery("id=5").entityId == nil, "without $ it is a parameter")
    }

    @Test("a plus is a space, and values are decoded once")
    func decoding() throws {
        let query = try ODataQuery("$filter=displayName+eq+'100%2525%2B'")
        #expect(
            query.filter == .compare(.path(["displayName"]), .eq, .literal(.string("100%25+"))))
    }

    @Test("the form with $ wins over the one without")
    func dollarWins() throws {
        #expect(try ODataQuery("top=1&$top=2").top == 2)
        #expect(try ODataQuery("$top=2&top=1").top == 2)
    }

    @Test(
        "options that are repeated, unknown, empty or broken are refused by name",
        arguments: [
            ("$top=1&$top=2", "The query option '$top' appears more than once. Give it once."),
            ("top=1&TOP=2", "The query option 'TOP' appears more than once. Give it once."),
            ("@p=1&@P=2", "The query option '@P' appears more than once. Give it once."),
            ("$orderby=", "The query option '$orderby' has no value. Give it one, or leave it out."),
            ("$count", "The query option '$count' has no value. Give it one, or leave it out."),
            ("$top=-1", "Invalid value '-1' for $top query option found. Give a whole number, 0 or more."),
            ("$skip=1.5", "Invalid value '1.5' for $skip query option found. Give a whole number, 0 or more."),
            ("$count=maybe", "Invalid value 'maybe' for $count query option found. Give true or false."),
            (
                "$filter=%zz",
                "The query option '$filter=%zz' has a '%' that two hexadecimal digits don't follow. "
                    + "Write a literal '%' as '%25'."
            ),
        ])
    func refused(query: String, message: String) {
        #expect(refusal { try ODataQuery(query) } == message)
    }

    @Test(
        "broken values are refused",
        arguments: [
            "$top=abc", "$top=99999999999999999999", "$top=%2B5", "$top=٥", "$filter =true", "$x=1", "$apply=x", "$=1",
            "$orderby=a b", "$orderby=a desc desc", "$orderby=a,,b", "$orderby=a/", "$orderby=a/$count", "$select=a,",
            "$select=a b", "$select=a($top=1)", "$expand=a(", "$expand=a)", "$expand=a(b)", "$expand=(a)",
            "$expand=a()b",
            "$expand=a/$ref", "$expand=a($levels=2)", "$expand=a($filter=)", "$expand=a($top=1;$top=2)",
            "$filter=a eq %00",
        ])
    func alsoRefused(query: String) {
        #expect(!refusal { try ODataQuery(query) }.isEmpty)
    }

    @Test("$expand nests, and its options are separated by semicolons outside quotes and parentheses")
    func expand() throws {
        let items = try ODataQuery(
            "$expand=a%28%24select%3Did%3B%24expand%3Db%29,c($filter=x eq 'a;b)';$top=2;orderby=x desc;$count=true),*"
        ).expand
        #expect(items.map(\.name) == ["a", "c", "*"])
        #expect(items[0].query.select == [["id"]])
        #expect(items[0].query.expand.map(\.name) == ["b"])
        #expect(items[1].query.filter == .compare(.path(["x"]), .eq, .literal(.string("a;b)"))))
        #expect(items[1].query.top == 2)
        #expect(items[1].query.orderBy == (try ODataQuery("$orderby=x desc").orderBy))
        #expect(try ODataQuery("$expand=a()").expand.count == 1)
    }

    @Test("errors inside $expand say where they are")
    func expandErrors() {
        #expect(
            refusal { try ODataQuery("$expand=a($top=x)") }
                == "Invalid value 'x' for $top query option found in $expand=a. Give a whole number, 0 or more.")
        #expect(
            refusal { try ODataQuery("$expand=a($filter=b eq)") }
                == "The query option '$filter in $expand=a' can't be read at position 5: "
                + "expected a property or a value, found the end.")
    }

    @Test("$expand is limited in depth, in items, and in all")
    func expandLimits() throws {
        func nested(_ depth: Int) -> String { depth == 0 ? "a" : "a($expand=\(nested(depth - 1)))" }
        #expect(throws: Never.self) { try ODataQuery("$expand=" + nested(3)) }
        #expect(!refusal { try ODataQuery("$expand=" + nested(4)) }.isEmpty)
        #expect(!refusal { try ODataQuery("$expand=" + nested(1000)) }.isEmpty)
        let ten = (0..<10).map { "a\($0)" }.joined(separator: ",")
        #expect(throws: Never.self) { try ODataQuery("$expand=" + ten) }
        #expect(!refusal { try ODataQuery("$expand=\(ten),b") }.isEmpty)
        #expect(throws: Never.self) { try ODataQuery("$expand=a($expand=b,c,d,e),f($expand=g,h,i,j)") }
        #expect(!refusal { try ODataQuery("$expand=a($expand=b,c,d,e),f($expand=g,h,i,j,k)") }.isEmpty)
    }

    @Test("a query of more than 16 KiB is answered 414, and more room is given to batch items")
    func length() throws {
        let text = "$search=" + String(repeating: "a", count: 20 << 10)
        #expect(#expect(throws: ODataError.self) { try ODataQuery(text) }?.status == 414)
        #expect(try ODataQuery(text, limits: .batch).search != nil)
    }

    @Test("the options that ask for something are told, and refused where a resource doesn't take them")
    func given() throws {
        let all =
            "$count=true&$deltatoken=d&$expand=a&$filter=a&$orderby=a&$search=a&$select=a&$skip=1&$skiptoken=t&$top=0"
        #expect(
            try ODataQuery(all).options.names == [
                "$count", "$deltatoken", "$expand", "$filter", "$orderby", "$search", "$select", "$skip", "$skiptoken",
                "$top",
            ])
        for part in all.split(separator: "&").map(String.init) {
            let options = try ODataQuery(part).options
            #expect(part.hasPrefix(options.names.joined(separator: ",") + "="), "\(part)")
        }
        #expect(try ODataQuery("$count=false&$format=json&x=1").options.isEmpty)
        #expect(
            refusal { try ODataQuery("top=1&$filter=a").refuse([.top, .filter]) }
                == "The query option '$filter' isn't supported here. Leave it out.")
        #expect(throws: Never.self) { try ODataQuery("top=1").refuse([.filter, .expand]) }
    }

    @Test(
        "OData's options that aren't served are refused, with and without their $; custom ones are kept",
        arguments: [
            "$compute=x", "compute=x", "$apply=x", "Apply=x", "$index=1", "index=1", "$schemaversion=*",
            "SchemaVersion=*", "$levels=2", "levels=2", "$nope=1", "%24compute=x",
        ])
    func unserved(query: String) throws {
        #expect(refusal { try ODataQuery(query) }.contains("is not supported. Supported are: $filter, $orderby"))
        #expect(try ODataQuery("computed=1&x-levels=2").custom.map(\.name) == ["computed", "x-levels"])
    }

    @Test("the next page keeps the other options as they were sent")
    func nextPage() throws {
        let query = try ODataQuery("$filter=a%20eq%20'b%26c'&%24skip=5&$top=2&$skiptoken=old")
        #expect(query.text(withSkipToken: "n+/=ü") == "$filter=a%20eq%20'b%26c'&$top=2&$skiptoken=n%2B%2F%3D%C3%BC")
        #expect(try ODataQuery(query.text(withSkipToken: "n+/=ü")).skipToken == "n+/=ü")
        #expect(try ODataQuery("").text(withSkipToken: "t") == "$skiptoken=t")
    }
}
