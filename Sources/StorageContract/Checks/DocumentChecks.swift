internal import EDM
internal import JSON
@_spi(Decisions) internal import Storage

extension EngineContract {
    static let documents: [Check] = [
        Check("A document is read as it was put, in the version of its change set") { bench in
            var change = ""
            let document = try Document<Item> {
                $0.id = "a"
                $0.status = .open
                $0.amount = .max
                $0.remark = "Ça va? \"quoted\" \\ / \u{7F} \u{2028} 👩‍👩‍👧‍👧 e\u{301}"
            }
            try await bench.decide { unit in
                change = unit.changeID
                try unit.put(
                    Stored(
                        Samples.accounts, id: "a", document, internals: ["secret": "s", "n": 1],
                        settlesAt: Instant(microseconds: 4_000_000_000_000_001)))
                try unit.record(.sample("added"))
            }
            let row = try await bench.engine.get(Key("account", "a"), tenant: Bench.tenant)
            let wanted = StoredRow(
                key: Key("account", "a"), version: change, document: document.members.bytes,
                internals: Array(#"{"secret":"s","n":1}"#.utf8), settlesAt: Instant(microseconds: 4_000_000_000_000_001)
            )
            try expect(row, equals: wanted, "the document, byte by byte")
            let read = try await bench.engine.read(Query(Samples.accounts, tenant: Bench.tenant, visibility: .all))
            try expect(
                read,
                equals: [ReadRow(id: "a", version: change, document: wanted.document, settlesAt: wanted.settlesAt)],
                "what a reader gets: nothing of the internals")
        },
        Check("A change replaces the document, its deadline and its entries; a removal leaves nothing") { bench in
            let deadline = Instant(microseconds: 4_000_000_000_000_000)
            try await bench.decide { try $0.add(Samples.switches, "a", group: "one", deadlines: [deadline]) }
            try await bench.decide { unit in
                try await unit.change(Samples.switches, "a") {
                    $0.group = "two"; $0.deadlines = []
                }
            }
            for (group, count) in [("one", 0), ("two", 1)] {
                let rows = try await bench.engine.all(IndexValue("group", group), tenant: Bench.tenant, limit: 10).rows
                try expect(rows.count, equals: count, "documents in group \(group)")
            }
            try expect(try await bench.engine.nextSettling(), equals: nil, "the deadline is gone")
            try await bench.decide { try await $0.remove(Samples.switches, "a") }
            try expect(
                try await bench.dump().filter { !$0.hasPrefix("sampleEvent") }, equals: [], "nothing is left but events"
            )
        },
        Check("Documents of two kinds with one id, and ids that only bytes tell apart, are different documents") {
            bench in
            for id in oddIDs {
                try await bench.decide { unit in
                    try unit.add(Samples.accounts, id, amount: 1)
                    try unit.add(Samples.switches, id, amount: 2, group: id)
                }
            }
            for id in oddIDs {
                let account = try await bench.item(Samples.accounts, id)
                let other = try await bench.item(Samples.switches, id)
                try expect(account?.document.amount, equals: 1, "the account \(id)")
                try expect(other?.document.amount, equals: 2, "the switch \(id)")
                let rows = try await bench.engine.all(IndexValue("group", id), tenant: Bench.tenant, limit: 10).rows
                try expect(rows.map(\.key), equals: [Key("select", id)], "the group \(id)")
            }
            let read = try await bench.engine.read(Query(Samples.accounts, tenant: Bench.tenant, visibility: .all))
            let wanted = oddIDs.sorted { $0.precedesExactly($1) }
            try expect(
                read.map { Array($0.id.utf8) }, equals: wanted.map { Array($0.utf8) },
                "the order of ids is that of bytes")
        },
        Check("An open type keeps members that nobody declared, whatever their names") { bench in
            let members: JSONObject = [
                "id": "n", "text": nil, "ordnung \"x\"": [1, nil, ["ü": true]], "$.a[*] ? (@ == 1)": -1,
            ]
            let document = try Document<Note>(members)
            try await bench.decide { unit in
                try unit.put(Stored(Samples.notes, id: "n", document))
                try unit.record(.sample("added"))
            }
            let row = try await bench.engine.get(Key("note", "n"), tenant: Bench.tenant)
            try expect(row?.document, equals: members.bytes, "the members in their order")
        },
        Check("A document of a megabyte and a text of 20,000 characters in an indexed column are kept") { bench in
            var generator = SeededGenerator(seed: 3)
            let long = String(
                (0..<20_000).map { _ in Character(Unicode.Scalar(UInt8.random(in: 33...126, using: &generator))) })
            try await bench.decide { unit in
                try unit.add(Samples.accounts, "a", group: long)
                try unit.put(
                    Stored(
                        Samples.notes, id: "n",
                        try Document {
                            $0.id = "n"; $0.text = String(repeating: "ß'\"", count: 200_000)
                        }))
            }
            try expect(try await bench.item(Samples.accounts, "a")?.document.group, equals: long, "the long text")
            let group = Field(path: ["group"], type: .text)
            let found = try await bench.engine.read(
                Query(
                    Samples.accounts, tenant: Bench.tenant, visibility: .all,
                    filter: .compare(group, .equal, .text(long)),
                    order: [Query.Order(group)]))
            try expect(found.map(\.id), equals: ["a"], "what has the long text")
        },
    ]

    /// Ids that only an exact comparison by bytes tells apart, or that mean something to SQL, JSONPath or LIKE.
    static let oddIDs = [
        "é", "e\u{301}", "É", "a", "A", "a ", " a", "a%", "a_", "a'b", "a\"b", "a\\b", "a/b", "$.a", "a;--", "?1", "$1",
        ":a", "{}",
        "[0]", "NULL", "0", "00", "-1", "1e3", "🏳️‍🌈", "🏳️", "\u{FFFD}", "\u{10FFFF}", "ﬀ", "ff", "ß", "ss", "İ", "i",
        String(repeating: "long", count: 60),
    ]
}
