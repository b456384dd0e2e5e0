import EDM
import Testing

@testable import Storage
@testable import StoragePostgres

extension PostgresTests {
    @Suite struct LookupTests {
        @Test(
            "Everything that is looked up together is found, what isn't there too",
            arguments: ["", "pooler=transaction"])
        func complete(parameters: String) async throws {
            try await withEngine(parameters) { engine, _ in
                let lookups = Lookups(
                    documents: [Key(Widget.kind.name, "a"), Key("no such kind", "a"), Key(Widget.kind.name, "a\u{0}")],
                    guarded: [IndexValue("no such index", "x"), IndexValue("widget.owner", "x\u{0}")],
                    names: ["free", "a\u{0}"])
                let found = try await engine.find(lookups, tenant: tenant, limit: 10)
                #expect(Set(found.documents.keys) == lookups.documents)
                #expect(Set(found.guarded.keys) == lookups.guarded)
                #expect(lookups.names.allSatisfy { found.holder(of: $0) != nil })
                #expect(found.documents.values.allSatisfy { $0 == nil })
            }
        }
    }
}
