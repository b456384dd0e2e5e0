import EDM
import JSON
import Testing

@testable import Storage

@Suite("Documents that were decoded before")
struct DecodedDocumentsTests {
    private func row(_ name: String, id: String = "a", version: String = "1") -> StoredRow {
        let document: JSONObject = ["id": .string(id), "name": .string(name)]
        return StoredRow(
            key: Key("coin", id), version: version, document: document.bytes, internals: JSONObject().bytes,
            settlesAt: nil)
    }

    @Test("A row is what it says itself, whatever was decoded under its key before")
    func bytes() throws {
        let decoded = DecodedDocuments()
        #expect(try decoded.stored(Coin.kind, row("one"), tenant: "t").document.name == "one")
        #expect(try decoded.stored(Coin.kind, row("two"), tenant: "t").document.name == "two", "the same version")
        #expect(try decoded.stored(Coin.kind, row("two", version: "2"), tenant: "t").version == "2")
        #expect(try decoded.stored(Coin.kind, row("three"), tenant: "u").document.name == "three")
        #expect(try decoded.stored(Coin.kind, row("two", version: "2"), tenant: "t").document.name == "two")
    }

    @Test("A row that doesn't follow its declaration is refused each time")
    func corrupt() throws {
        let decoded = DecodedDocuments()
        let corrupt = StoredRow(
            key: Key("coin", "a"), version: "1", document: Array("{\"id\":1}".utf8), internals: Array("{}".utf8),
            settlesAt: nil)
        for _ in 0..<2 {
            #expect(throws: StorageError.self) { try decoded.stored(Coin.kind, corrupt, tenant: "t") }
        }
    }

    @Test("Any number of documents are told apart")
    func many() throws {
        let decoded = DecodedDocuments()
        for round in 0..<2 {
            for number in 0..<3000 {
                let row = row("n\(number)", id: "\(number)", version: "\(round)")
                #expect(try decoded.stored(Coin.kind, row, tenant: "t").document.name == "n\(number)")
            }
        }
    }
}
