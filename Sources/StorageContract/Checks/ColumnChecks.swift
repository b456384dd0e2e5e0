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
                    let members = try JSONReader.read(row?.document ?? []).object ?? JSONObject()
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
