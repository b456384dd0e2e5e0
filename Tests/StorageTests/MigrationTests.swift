import Storage
import Testing

@Suite("Migrations")
struct MigrationTests {
    @Test("What this release writes can be read by the one before: nodes are brought up to date one after the other")
    func compatibility() {
        #expect(DatabaseLayout.compatibleFrom <= max(1, DatabaseLayout.version - 1))
    }

    @Test("A list of documents that can't be read comes back as it was kept, whatever their ids are")
    func list() {
        let documents = ["a", "\"x\" \\ \u{1F}", "é\n"].map {
            UnreadableDocument(tenant: "t", key: Key("thing", $0), version: "v", reason: "'x' is invalid.")
        }
        #expect(UnreadableDocument.list(UnreadableDocument.text(documents)) == documents)
        #expect(UnreadableDocument.list("no list") == [])
    }
}
