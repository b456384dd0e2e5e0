import EDM
import JSON
import Storage
import Testing

@Suite("Kinds")
struct KindTests {
    @Test(
        "A member that nobody declared is refused, at any depth",
        arguments: [
            (#"{"id":"a","Name":"x"}"#, "'Name'"), (#"{"id":"a","extra":1}"#, "'extra'"),
            (#"{"id":"a","owner":{"name":"x","secret":1}}"#, "'owner/secret'"),
            (#"{"id":"a","marks":[{"name":"x"},{"secret":1}]}"#, "'marks"), (#"{"name":"x"}"#, "'id'"),
        ])
    func undeclared(_ text: String, _ path: String) throws {
        let document = try #require(try JSONReader.read(Array(text.utf8)).object)
        #expect { try Coin.kind.check(document) } throws: { error in
            (error as? Invalid)?.description.hasPrefix(path) ?? false
        }
    }

    @Test("Declared members, absent members and annotations are accepted, and anything in an open type")
    func declared() throws {
        try Coin.kind.check(["id": "a", "@odata.type": "#coin", "owner": nil, "marks": [["name": nil]]])
        try Work.kind.check(["id": "w", "name": "n", "anything": ["goes": true]])
    }

    @Test("A column's value is that of the document: text, integer, microseconds, or null")
    func columns() throws {
        let document: JSONObject = [
            "id": "a", "name": "n", "value": 9_223_372_036_854_775_807, "minted": "1969-12-31T23:59:59.999999Z",
            "owner": ["name": "o"],
        ]
        #expect(Coin.kind.columns.map(\.name) == ["name", "value", "minted", "owner_name"])
        #expect(
            Coin.kind.columns.map { $0.value(in: document) }
                == [.text("n"), .integer(.max), .integer(-1), .text("o")])
        #expect(Coin.kind.columns.map { $0.value(in: ["id": "a", "owner": nil]) } == [.null, .null, .null, .null])
    }

    @Test("A catalog knows the house's kinds, storage's own and the log")
    func catalog() {
        let catalog = Catalog([Coin.kind], events: CoinEvent.kind)
        #expect(catalog.kinds.map(\.name) == ["coin", "work", "delivery", "migration"])
        #expect(["coin", "work", "delivery", "coinEvent"].allSatisfy { catalog[$0]?.name == $0 })
        #expect(catalog["other"] == nil)
    }
}
