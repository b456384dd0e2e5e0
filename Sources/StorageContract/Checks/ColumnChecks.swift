internal import EDM
internal import JSON
internal import Storage

extension EngineContract {
    static let columns: [Check] = [
        Check("What a filter finds in a column is what a column's value is in the document as it stands") { bench in
            let odd = try OddThings(100, seed: 12)
            try await odd.put(on: bench)
            // Once more, changed, so that an update is looked at too.
            for thing in odd.things.prefix(50) {
                try await bench.decide { unit in
                    guard var stored = try await unit.get(Thing.kind, thing.id) else { return }
                    stored.document.title = (stored.document.title ?? "") + "!"
                    stored.document.rank = nil
                    try unit.put(stored)
                    try unit.record(.sample("changed"))
                }
            }
            for column in Thing.kind.columns {
                for thing in odd.things {
                    let row = try await bench.engine.get(Key("thing", thing.id), tenant: Bench.tenant)
                    let members = try JSONReader.read(row?.document ?? [], limits: .stored).object ?? JSONObject()
                    let value = Field(path: column.path, type: column.type).value(in: members)
                    try expect(value.inColumn, equals: column.value(in: members), "the value of \(column.name)")
                    let query = Query(
                        Thing.kind, tenant: Bench.tenant, visibility: .all,
                        filter: .and([
                            .compare(.id, .equal, .text(thing.id)),
                            .compare(Field(path: column.path, type: column.type), .equal, value),
                        ]))
                    try expect(try await bench.engine.count(query), equals: 1, "\(thing.id) by its \(column.name)")
                }
            }
        },
        Check("What an engine keeps beside a document is what the document gives when it is computed again") { bench in
            guard let engine = bench.engine as? any Inspectable else { return }
            let odd = try OddThings(100, seed: 14)
            try await odd.put(on: bench)
            try await bench.decide {
                try $0.add(Samples.switches, "s", group: "g"); $0.take("n", for: Key("select", "s"))
            }
            var rows: [RawRow] = []
            while true {
                let page = try await engine.rawRows(
                    kind: "thing", tenant: Bench.tenant, after: rows.last?.row.key.id, limit: 30)
                if page.isEmpty { break }
                rows += page
            }
            try expect(
                rows.map(\.row.key), equals: odd.things.map { Key("thing", $0.id) }.sorted(), "every document once")
            for row in rows {
                let members = try JSONReader.read(row.row.document, limits: .stored).object ?? JSONObject()
                try expect(
                    row.columns, equals: Thing.kind.columns.map { $0.value(in: members) },
                    "the columns of \(row.row.key)")
                try expect(row.entries, equals: try Thing.kind.entries(of: row.row), "the entries of \(row.row.key)")
            }
            let names = try await engine.rawNames(tenant: Bench.tenant, after: nil, limit: 10)
            try expect(names, equals: [RawName(name: "n", holder: Key("select", "s"))], "the names")
            let stamps = try await engine.rawStamps(tenant: Bench.tenant, after: nil, limit: 1000)
            try expect(stamps.keys.contains(IndexValue("group", "g")), "the stamp that was moved")
            try expect(!stamps.keys.contains { $0.index == "thing.tag" }, "no stamp of an index that isn't guarded")
            let changes = try await engine.rawChanges(tenant: Bench.tenant, after: nil, limit: 100)
            try expect(
                Set(rows.map(\.row.version)).subtracting(changes.map(\.id)), equals: [], "every version is a change's")
            let events = try await engine.events(tenant: Bench.tenant, from: 0, limit: 10_000)
            let instants = Dictionary(changes.map { ($0.id, $0.at) }, uniquingKeysWith: { first, _ in first })
            try expect(
                events.filter { $0.at != instants[$0.change] }.map(\.id), equals: [],
                "every event of commits in a row is dated as its change is")
            try expect(try await engine.tenants(), equals: [Bench.tenant], "the tenants that have a log")
            let entries = try await engine.rawEntries(tenant: Bench.tenant, after: nil, limit: 10_000)
            let wanted = rows.flatMap { row in row.entries.map { RawEntry(value: $0, key: row.row.key) } }
            try expect(
                Set(entries),
                equals: Set(wanted + [RawEntry(value: IndexValue("group", "g"), key: Key("select", "s"))]),
                "the entries")
        },
        Check("Index entries are those of the documents' declarations, after changes too") { bench in
            let odd = try OddThings(60, seed: 13)
            try await odd.put(on: bench)
            for (index, thing) in odd.things.enumerated() where index.isMultiple(of: 2) {
                try await bench.decide { unit in
                    guard var stored = try await unit.get(Thing.kind, thing.id) else { return }
                    if index.isMultiple(of: 4) { return try await unit.dropThing(stored) }
                    stored.document.tags = odd.things[index + 1].document.tags
                    stored.document.state = index.isMultiple(of: 3) ? nil : .inUse
                    try unit.put(stored)
                    try unit.record(.sample("changed"))
                }
            }
            // A dump compares every value's documents with the declarations'.
            let lines = try await bench.dump()
            try expect(lines.contains { $0.hasPrefix("entry thing.tag") }, "there are entries")
        },
    ]
}

extension UnitOfWork {
    fileprivate mutating func dropThing(_ thing: Stored<Thing>) async throws {
        delete(thing)
        try record(.sample("dropped", thing.key))
    }
}
