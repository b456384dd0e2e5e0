internal import EDM
internal import JSON
internal import Storage

/// What a release does to the documents of the one before: once, whatever happens in between, and without those that
/// nobody can read.
extension EngineContract {
    static let migrations: [Check] = [
        Check("A migration changes every document once, in change sets of its own, and no tenant that comes later") {
            bench in
            try await bench.putAccounts(300)
            try await bench.putAccounts(3, in: Bench.otherTenant)
            try await bench.migrate([.raised])
            try expect(try await bench.amounts(), equals: [1: 300], "the amounts, each raised once")
            try expect(try await bench.amounts(in: Bench.otherTenant), equals: [1: 3], "the other tenant's amounts")
            let rows = try await bench.engine.read(Query(Samples.accounts, tenant: Bench.tenant, visibility: .all))
            let sizes = Dictionary(grouping: rows, by: \.version).mapValues(\.count)
            try expect(sizes.values.allSatisfy { $0 <= ChangeSet.maximumDocuments }, "change sets within their caps")
            let types = try await bench.logTypes(2 + sizes.count)
            try expect(types.filter { $0 == "migrated" }.count, equals: sizes.count, "one event per change set")

            try expect(
                try await bench.engine.tenants(), equals: [Bench.tenant, Bench.otherTenant], "the tenants, and no other"
            )

            let (before, other) = (try await bench.dump(), try await bench.dump(Bench.otherTenant))
            try await bench.putAccounts(2, in: thirdTenant)
            try await bench.migrate([.raised])
            try expect(try await bench.dump(), equals: before, "what a second run changes")
            try expect(try await bench.dump(Bench.otherTenant), equals: other, "what a second run changes elsewhere")
            try expect(try await bench.amounts(in: thirdTenant), equals: [0: 2], "a tenant that came later")
            guard let again = try await bench.restarted() else { return }
            try await again.migrate([.raised, .raised])
            try expect(try await again.dump(), equals: before, "what a run after a restart changes")
        },
        Check("A migration puts new documents in place of one, a cap's worth at a time, and deletes the old") { bench in
            try await bench.putAccounts(100)
            try await bench.migrate([.split])
            try expect(try await bench.amounts(), equals: [:], "the old documents")
            let count = try await bench.engine.count(Query(Samples.switches, tenant: Bench.tenant, visibility: .all))
            try expect(count, equals: 300, "the new documents")
            let found = try await bench.engine.all(IndexValue("group", "a7"), tenant: Bench.tenant, limit: 10)
            try expect(found.rows.map(\.key.id), equals: ["a7-0", "a7-1", "a7-2"], "their index entries")
            try await bench.migrate([.split])
        },
        Check("A migration that was stopped goes on where it was, in every tenant") { bench in
            try await bench.putAccounts(300)
            try await bench.putAccounts(300, in: Bench.otherTenant)
            let counter = Counter()
            let stopping = Migration(Migration.raised.name, of: Samples.accounts) { unit, account in
                guard counter.next() <= 500 else { throw Stopped() }
                try unit.raise(account)
            }
            try await expectThrown("the stop") {
                try await bench.migrate([stopping])
            } _: {
                $0 is Stopped
            }
            let amounts = try await bench.amounts(), others = try await bench.amounts(in: Bench.otherTenant)
            try expect(amounts[1, default: 0] + others[1, default: 0] >= 300, "what was done before the stop stays")
            try expect(amounts[0, default: 0] + others[0, default: 0] > 0, "something is left to do")
            let again = try await bench.restarted() ?? bench
            try await again.migrate([.raised])
            try expect(try await again.amounts(), equals: [1: 300], "the amounts, each raised once")
            try expect(try await again.amounts(in: Bench.otherTenant), equals: [1: 300], "the other tenant's amounts")
        },
        Check("A node that another one overtakes between two of its change sets changes nothing twice") { bench in
            try await bench.putAccounts(600)
            let counter = Counter()
            // One change set more, and then the rival is stopped.
            let rival = Migration(Migration.raised.name, of: Samples.accounts) { unit, account in
                guard counter.next() <= 128 else { throw Stopped() }
                try unit.raise(account)
            }
            let overtaken = OvertakenEngine(bench.engine) {
                do { try await bench.migrate([rival]) } catch is Stopped {}
            }
            try await bench.migrate([.raised], on: overtaken)
            try expect(counter.count > 128, "the rival has gone on in between")
            try expect(try await bench.amounts(), equals: [1: 600], "the amounts, each raised once")
        },
        Check("Of two nodes that migrate at once, each document is changed by one", .production) { bench in
            try await bench.putAccounts(600)
            let nodes = [bench.engine, try await bench.anotherNode()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for node in nodes { group.addTask { try await bench.migrate([.raised, .raisedAgain], on: node) } }
                try await group.waitForAll()
            }
            try expect(try await bench.amounts(), equals: [11: 600], "the amounts, each raised once by each migration")
            let rows = try await bench.engine.read(Query(Samples.accounts, tenant: Bench.tenant, visibility: .all))
            let changeSets = Set(rows.map(\.version)).count
            // Three change sets put the documents; those of the first migration have no document left.
            let types = try await bench.logTypes(3 + 2 * changeSets)
            try expect(types.filter { $0 == "migrated" }.count, equals: 2 * changeSets, "one event per change set")
        },
        Check("A document that can't be read stays as it is, is listed, and keeps no other from being migrated") {
            bench in
            try await bench.putAccounts(5)
            let key = Key(Samples.accounts.name, "a2")
            let broken = try await bench.spoil(key)
            try await bench.migrate([.raised])
            try expect(
                try await bench.engine.get(key, tenant: Bench.tenant), equals: broken, "the row that can't be read")
            for id in ["a0", "a1", "a3", "a4"] {
                try expect(
                    try await bench.item(Samples.accounts, id)?.document.amount, equals: 1, "the amount of \(id)")
            }
            try await expectThrown("the document fails where it is read") {
                _ = try await bench.item(Samples.accounts, "a2")
            } _: {
                if case StorageError.corrupt(key, _) = $0 { true } else { false }
            }
            if let engine = bench.engine as? any Inspectable {
                try expect(try await engine.unreadable().map(\.key), equals: [key], "what is listed")
            }
            let before = try await bench.engine.events(tenant: Bench.tenant, from: 0, limit: 100).count
            try await bench.migrate([.raised])
            try expect(
                try await bench.engine.events(tenant: Bench.tenant, from: 0, limit: 100).count, equals: before,
                "a migration with documents left is done")
            try await bench.replaceSpoilt(broken)
            if let engine = bench.engine as? any Inspectable {
                try expect(try await engine.unreadable(), equals: [], "what is listed once it has been written anew")
            }
        },
        Check("A migration that says what its kind doesn't allow stops, and has changed nothing") { bench in
            try await bench.putAccounts(3)
            let wrong = Migration("2026-12 wrong", of: Samples.accounts) { unit, account in
                var wrong = account
                wrong.document[open: "undeclared"] = "x"
                try unit.put(wrong)
            }
            let before = try await bench.dump()
            try await expectThrown("a mistake of the migration's") {
                try await bench.migrate([wrong])
            } _: {
                if case StorageError.corrupt = $0 { true } else { false }
            }
            try expect(try await bench.dump(), equals: before, "everything")
        },
        Check("What has been migrated stays so through a reset") { bench in
            try await bench.migrate([.raised])
            try await bench.engine.reset(keeping: [])
            try await bench.putAccounts(3)
            try await bench.migrate([.raised])
            try expect(try await bench.amounts(), equals: [0: 3], "the amounts of documents that came later")
        },
        Check("A release with new columns and indexes computes them, and lists the documents that it can't read") {
            bench in
            try await bench.putAccounts(5)
            let key = Key(Samples.accounts.name, "a2")
            let broken = try await bench.spoil(key)
            guard let next = try await bench.restarted(nextCatalog) else { return }
            let rows = try await next.engine.rawRows(
                kind: key.kind, tenant: Bench.tenant, after: nil, limit: 10)
            for row in rows where row.row.key != key {
                try expect(row.columns, equals: [.integer(0), .null, .text("open")], "the columns of \(row.row.key)")
                try expect(row.entries, equals: [IndexValue("status", "open")], "the entries of \(row.row.key)")
            }
            try expect(rows.first { $0.row.key == key }?.row, equals: broken, "the row that can't be read")
            guard let engine = next.engine as? any Inspectable else { return }
            try expect(try await engine.unreadable().map(\.key), equals: [key], "what is listed")
            // The release before writes what it knows of, and neglects the rest.
            guard let before = try await next.restarted() else { return }
            try await before.decide { try await $0.change(Samples.accounts, "a1") { $0.status = .off } }
            guard let again = try await before.restarted(nextCatalog) else { return }
            let neglected = try await again.engine.rawRows(kind: key.kind, tenant: Bench.tenant, after: "a0", limit: 1)
            try expect(neglected.map(\.columns), equals: [[.integer(0), .null, .text("off")]], "a neglected column")
            try expect(neglected.map(\.entries), equals: [[IndexValue("status", "off")]], "a neglected entry")
            await again.end()
        },
    ]

    private static let thirdTenant = "33333333-3333-4333-8333-333333333333"

    /// The next release's: the first sample kind with a column and an index more.
    private static let nextCatalog = Catalog(
        Samples.catalog.kinds.filter { ![Samples.accounts.name, "work", "delivery", "migration"].contains($0.name) } + [
            Kind<Item>(
                Samples.accounts.name, columns: ["amount", "group", "status"], orderings: [["group", "amount"]],
                indexes: [Index("status", guarded: true) { item, _ in [item.status.rawValue] }])
        ], events: Samples.events)
}

private struct Stopped: Error {}

/// Lets another node go on after the first commit.
private final class OvertakenEngine: WrappingEngine {
    let inner: any Engine
    private let commits = Counter()
    private let rival: @Sendable () async throws -> Void

    init(_ inner: any Engine, _ rival: @escaping @Sendable () async throws -> Void) {
        self.inner = inner
        self.rival = rival
    }

    func commit(_ changes: ChangeSet) async -> CommitOutcome {
        let outcome = await inner.commit(changes)
        if commits.next() == 1 { do { try await rival() } catch { return .unknown(reason: "\(error)") } }
        return outcome
    }
}

extension Migration {
    fileprivate static let raised = Migration("2026-12 amounts are raised", of: Samples.accounts) { unit, account in
        try unit.raise(account)
    }
    fileprivate static let raisedAgain = Migration("2027-01 by ten", of: Samples.accounts) { unit, account in
        try unit.raise(account, by: 10)
    }
    fileprivate static let split = Migration("2026-12 accounts are switches", of: Samples.accounts) { unit, account in
        for number in 0..<3 {
            let document = try Document<Item> {
                $0.id = "\(account.id)-\(number)"
                $0.status = .on
                $0.amount = account.document.amount
                $0.group = account.id
            }
            try unit.put(Stored(Samples.switches, id: "\(account.id)-\(number)", document))
        }
        unit.delete(account)
    }
}

extension UnitOfWork {
    fileprivate mutating func raise(_ account: Stored<Item>, by amount: Int64 = 1) throws {
        var raised = account
        raised.document.amount += amount
        try put(raised)
    }
}

extension Bench {
    fileprivate func migrate(_ migrations: [Migration], on engine: (any Engine)? = nil) async throws {
        try await store(on: engine).migrate(migrations) { migration, changed in
            .sample("migrated", facts: ["migration": .string(migration.name), "changed": .integer(Int64(changed))])
        }
    }

    /// Accounts with an amount of 0, in change sets of at most 256 with one event each.
    fileprivate func putAccounts(_ count: Int, in tenant: String = tenant) async throws {
        for first in stride(from: 0, to: count, by: 256) {
            try await decide(in: tenant) { unit in
                for number in first..<min(first + 256, count) {
                    try unit.put(
                        Stored(
                            Samples.accounts, id: "a\(number)",
                            try Document {
                                $0.id = "a\(number)"
                                $0.status = .open
                                $0.amount = 0
                            }))
                }
                try unit.record(.sample("put"))
            }
        }
    }

    /// How many accounts have which amount.
    fileprivate func amounts(in tenant: String = tenant) async throws -> [Int64: Int] {
        let rows = try await engine.read(Query(Samples.accounts, tenant: tenant, visibility: .all))
        let amounts = try rows.map { row in
            try Document<Item>(json: JSONReader.read(row.document, limits: .stored)).amount
        }
        return Dictionary(grouping: amounts) { $0 }.mapValues(\.count)
    }

    /// Puts bytes in place of a document that are no document of its kind.
    /// - Returns: the row as it is then.
    fileprivate func spoil(_ key: Key) async throws -> StoredRow {
        try await replace(key, document: #"{"id":"a2","amount":"many"}"#)
    }

    fileprivate func replaceSpoilt(_ row: StoredRow) async throws {
        _ = try await replace(row.key, document: #"{"id":"a2","status":"open","amount":7}"#)
    }

    private func replace(_ key: Key, document: String) async throws -> StoredRow {
        let old = try await engine.get(key, tenant: Self.tenant)
        let columns = engine.catalog[key.kind]?.columns ?? []
        var changes = try await changeSet { try $0.record(.sample("spoilt")) }
        changes.reads.documents[key] = .some(old?.version)
        changes.writes = [
            ChangeSet.Write(
                key: key, replacing: old?.version,
                row: ChangeSet.Row(
                    document: Array(document.utf8), internals: Array("{}".utf8), settlesAt: nil,
                    columns: columns.map { _ in .null }),
                entriesAdded: [], entriesRemoved: [])
        ]
        guard case .committed = await engine.commit(changes),
            let row = try await engine.get(key, tenant: Self.tenant)
        else { throw ContractViolation("Expected: bytes are stored as they are.") }
        return row
    }
}
