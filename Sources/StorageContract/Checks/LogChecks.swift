internal import EDM
internal import JSON
@_spi(Decisions) internal import Storage
internal import Text

extension EngineContract {
    static let log: [Check] = [
        Check("A leaf is the hash of canonical bytes that name the event, its change and its time") { bench in
            var change = ""
            let facts = JSONObject([("b", 2), ("a", .array([1, nil, "ü\"\\"]))])
            try await bench.decide { unit in
                change = unit.changeID
                try unit.record(.sample("typed", Key("account", "a"), facts: facts))
            }
            let event = try await bench.log(1)[0]
            try expect(event.leaf, equals: Event.leaf(of: event.bytes), "the leaf")
            try expect(
                try JSONReader.read(event.bytes, limits: .stored).canonicalBytes, equals: event.bytes, "canonical bytes"
            )
            let leaf = try event.facts
            try expect(leaf["id"]?.string, equals: event.id, "the event's id")
            try expect(leaf["change"]?.string, equals: change, "the change in the leaf")
            try expect(event.change, equals: change, "the change beside the leaf")
            try expect(leaf["tenant"]?.string, equals: Bench.tenant, "the tenant")
            try expect(leaf["facts"]?.object, equals: facts, "the facts")
            try expect(leaf["subject"], equals: "account/a", "the subject")
        },
        Check("A person's words are in the leaf as salted commitments only") { bench in
            let words = "Grace Hopper wants it"
            try await bench.decide { try $0.record(.sample("said", texts: ["why": words, "who": words])) }
            let event = try await bench.log(1)[0]
            try expect(!String(decoding: event.bytes, as: UTF8.self).contains("Grace"), "no word of it in the bytes")
            let row = try await bench.engine.get(Key("sampleEvent", event.id), tenant: Bench.tenant)
            let texts = try JSONReader.read(row?.internals ?? [], limits: .stored)[path: ["texts"]]
            var commitments: Set<String> = []
            for name in ["why", "who"] {
                let pair = texts?[path: [name]]?.array ?? []
                try expect(pair.last, equals: .string(words), "the words beside the leaf")
                let salt = [UInt8](hex: pair.first?.string ?? "")
                try expect(salt.count, equals: 16, "the bytes of the salt")
                let commitment = Event.commitment(to: words, salt: salt)
                try expect(
                    try event.facts[path: ["commitments", name]], equals: .string(commitment),
                    "the commitment to \(name)")
                commitments.insert(commitment)
            }
            try expect(commitments.count, equals: 2, "equal words have different commitments")
        },
        Check("Positions are dense for each tenant by itself and never revised") { bench in
            var seen: [String: [PositionedEvent]] = [:]
            for round in 1...10 {
                for (tenant, count) in [(Bench.tenant, 1), (Bench.otherTenant, 3)] {
                    try await bench.decide(in: tenant) { unit in
                        for index in 0..<count { try unit.record(.sample("event \(index)")) }
                    }
                    let log = try await bench.log(round * count, in: tenant)
                    try expect(
                        Array(log.prefix(seen[tenant]?.count ?? 0)), equals: seen[tenant] ?? [], "the older positions")
                    seen[tenant] = log
                }
            }
            let names = try seen[Bench.otherTenant]?.prefix(3).map { try $0.facts["type"]?.string }
            try expect(names, equals: ["event 0", "event 1", "event 2"], "the events of one change set, in its order")
        },
        Check("A position is later than that of everything that its change set read") { bench in
            try await bench.decide { unit in for id in ["a", "b", "c"] { try unit.add(Samples.accounts, id) } }
            var generator = SeededGenerator(seed: 5)
            for _ in 0..<60 {
                let ids = ["a", "b", "c"].shuffled(using: &generator)
                try await bench.decide { unit in
                    let amount = try await unit.get(Samples.accounts, ids[0])?.document.amount ?? 0
                    let other = try await unit.get(Samples.accounts, ids[1])
                    let sum = amount + (other?.document.amount ?? 0) + 1
                    guard var account = other else { return }
                    account.document.amount = sum
                    try unit.put(account)
                    let read = JSONObject([
                        (
                            "read",
                            .array(
                                [account.version, try await unit.get(Samples.accounts, ids[0])?.version].map {
                                    .string($0 ?? "")
                                })
                        )
                    ])
                    try unit.record(.sample("summed", account.key, facts: read))
                }
            }
            var place: [String: Int64] = [:]
            for event in try await bench.log(63) {
                for version in try event.facts[path: ["facts", "read"]]?.array ?? [] {
                    let read = place[version.string ?? ""] ?? .max
                    try expect(read < event.position, "the change that event \(event.position) read is before it")
                }
                place[event.change] = max(place[event.change] ?? 0, event.position)
            }
        },
        Check("The log is read from any position on, so far as asked") { bench in
            try await bench.decide { unit in for index in 0..<10 { try unit.record(.sample("\(index)")) } }
            let log = try await bench.log(10)
            for (from, limit) in [(0, 3), (4, 3), (8, 5), (9, 1), (10, 5), (0, 0)] {
                let events = try await bench.engine.events(tenant: Bench.tenant, from: Int64(from), limit: limit)
                try expect(events, equals: Array(log.dropFirst(from).prefix(limit)), "\(limit) events from \(from) on")
            }
        },
        Check("Events are asked for like documents, and readers see neither salts nor leaves") { bench in
            try await bench.decide { unit in
                for index in 0..<5 { try unit.record(.sample("type \(index)", texts: ["why": "secret words"])) }
            }
            _ = try await bench.log(5)
            let name = Field(path: ["activityDisplayName"], type: .text)
            let query = Query(
                Samples.events, tenant: Bench.tenant, visibility: .all,
                filter: .compare(name, .greater, .text("type 1")),
                order: [Query.Order(name, descending: true)], limit: 2)
            let rows = try await bench.engine.read(query)
            let names = try rows.map {
                try JSONReader.read($0.document, limits: .stored)[path: ["activityDisplayName"]]?.string
            }
            try expect(names, equals: ["type 4", "type 3"], "the newest types")
            try expect(try await bench.engine.count(query), equals: 3, "how many match")
            let text = rows.map { String(decoding: $0.document, as: UTF8.self) }.joined()
            try expect(
                !text.contains("secret words") && !text.contains("commitments"), "nothing but the entry for people")
        },
    ]
}
