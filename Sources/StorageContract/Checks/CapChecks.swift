internal import EDM
internal import JSON
internal import Storage

/// The caps of one change set: up to them all goes well, past them nothing happens and the words say why.
extension EngineContract {
    static let caps: [Check] = [
        Check("256 documents fit one change set, 257 don't") { bench in
            try await bench.decide { unit in
                for index in 0..<256 {
                    try unit.put(Stored(Samples.notes, id: "\(index)", try Document { $0.id = "\(index)" }))
                }
                try unit.record(.sample("256"))
            }
            try await expectRefusedInWords(by: bench) { unit in
                for index in 0..<257 {
                    try unit.put(Stored(Samples.notes, id: "x\(index)", try Document { $0.id = "x\(index)" }))
                }
                try unit.record(.sample("257"))
            }
            let count = try await bench.engine.count(Query(Samples.notes, tenant: Bench.tenant, visibility: .all))
            try expect(count, equals: 256, "the documents")
        },
        Check("1,000 reads fit one decision, 1,001 don't") { bench in
            try await bench.decide { unit in
                for index in 0..<1000 { _ = try await unit.get(Samples.notes, "\(index)") }
                try unit.record(.sample("1,000"))
            }
            try await expectRefusedInWords(by: bench) { unit in
                for index in 0..<1001 { _ = try await unit.get(Samples.notes, "\(index)") }
                try unit.record(.sample("1,001"))
            }
        },
        Check("4 MiB of documents fit one change set, more don't") { bench in
            let text = String(repeating: "x", count: (1 << 20) - 100)
            try await bench.decide { unit in
                for index in 0..<4 {
                    try unit.put(
                        Stored(
                            Samples.notes, id: "\(index)",
                            try Document {
                                $0.id = "\(index)"; $0.text = text
                            }))
                }
                try unit.record(.sample("4 MiB"))
            }
            let count = try await bench.engine.count(Query(Samples.notes, tenant: Bench.tenant, visibility: .all))
            try expect(count, equals: 4, "the documents")
            try await expectRefusedInWords(by: bench, in: Bench.otherTenant) { unit in
                for index in 0..<5 {
                    try unit.put(
                        Stored(
                            Samples.notes, id: "x\(index)",
                            try Document {
                                $0.id = "x\(index)"; $0.text = text
                            }))
                }
                try unit.record(.sample("5 MiB"))
            }
        },
        Check("An event's leaf holds 65,535 bytes and no more") { bench in
            func event(_ count: Int) -> Event {
                .sample("long", facts: JSONObject([("text", .string(String(repeating: "x", count: count)))]))
            }
            try await bench.decide { try $0.record(event(65_000)) }
            let bytes = try await bench.log(1)[0].bytes.count
            try await bench.decide { try $0.record(event(65_000 + 65_535 - bytes)) }
            try expect(try await bench.log(2)[1].bytes.count, equals: 65_535, "the bytes of the longest leaf")
            try await expectRefusedInWords(by: bench) { try $0.record(event(65_001 + 65_535 - bytes)) }
        },
        Check("A decision reads up to 256 documents under one value at once, and is told about more") { bench in
            for page in 0..<2 {
                try await bench.decide { unit in
                    for index in 0..<128 { try unit.add(Samples.switches, "\(page) \(index)", group: "g") }
                }
            }
            let count = try await bench.decide { try await $0.all(Samples.groups, of: Samples.switches, "g").count }
            try expect(count, equals: 256, "the documents")
            try await bench.decide { try $0.add(Samples.switches, "one more", group: "g") }
            try await expectThrown("the value is named") {
                try await bench.decide { _ = try await $0.all(Samples.groups, of: Samples.switches, "g") }
            } _: {
                $0 as? StorageError == .tooMany(IndexValue("group", "g"))
            }
        },
        Check("What couldn't be read again is refused: an undeclared member, a text with U+0000, a foreign id") {
            bench in
            let documents: [Document<Item>] = try [
                Document(["id": "a", "status": "open", "amount": 1, "secret": "s"]),
                Document {
                    $0.id = "a"; $0.status = .open; $0.amount = 1; $0.remark = "nul \0 here"
                },
                Document {
                    $0.id = "b"; $0.status = .open; $0.amount = 1
                },
            ]
            for document in documents {
                try await expectThrown("the document is refused") {
                    try await bench.decide { unit in
                        try unit.put(Stored(Samples.accounts, id: "a", document))
                        try unit.record(.sample("added"))
                    }
                } _: {
                    if case StorageError.corrupt(Key("account", "a"), _) = $0 { true } else { false }
                }
            }
            try await expectThrown("an undeclared member of an inner object is refused") {
                try await bench.decide { unit in
                    let thing = try Document<Thing>(["id": "t", "owner": ["name": "x", "secret": "s"]])
                    try unit.put(Stored(Samples.things, id: "t", thing))
                    try unit.record(.sample("added"))
                }
            } _: {
                if case StorageError.corrupt(Key("thing", "t"), _) = $0 { true } else { false }
            }
            try expect(try await bench.dump(), equals: [], "nothing has happened")
        },
    ]

    private static func expectRefusedInWords(
        by bench: Bench, in tenant: String = Bench.tenant, _ command: (inout UnitOfWork) async throws -> Void
    ) async throws {
        let before = try await bench.dump(tenant)
        try await expectThrown("the change is refused in words that name the limit") {
            try await bench.decide(in: tenant, command)
        } _: { error in
            guard case StorageError.tooLarge(let text) = error else { return false }
            return text.contains("over the limit of")
        }
        try expect(try await bench.dump(tenant), equals: before, "nothing has happened")
    }
}
