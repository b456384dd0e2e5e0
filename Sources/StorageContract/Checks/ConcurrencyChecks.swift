internal import EDM
internal import JSON
internal import Storage

/// Many tasks at once: what must be true of everybody's commits together.
extension EngineContract {
    static let concurrency: [Check] = [
        Check("Transfers between accounts by eight tasks keep the sum", .production) { bench in
            let accounts = (0..<6).map { "a\($0)" }
            try await bench.decide { unit in for id in accounts { try unit.add(Samples.accounts, id, amount: 100) } }
            let done = try await crowd(8, rounds: 40, on: bench) { unit, generator in
                let pair = accounts.shuffled(using: &generator)
                let amount = Int64.random(in: 1...30, using: &generator)
                guard let source = try await unit.get(Samples.accounts, pair[0]), source.document.amount >= amount
                else {
                    throw Refused(code: "tooPoor")
                }
                try await unit.change(Samples.accounts, pair[0]) { $0.amount -= amount }
                try await unit.change(Samples.accounts, pair[1]) { $0.amount += amount }
            }
            let rows = try await bench.engine.read(Query(Samples.accounts, tenant: Bench.tenant, visibility: .all))
            let amounts = try rows.map {
                try Document<Item>(json: try JSONReader.read($0.document, limits: .stored)).amount
            }
            try expect(amounts.reduce(0, +), equals: 600, "the sum of \(amounts)")
            try expect(amounts.allSatisfy { $0 >= 0 }, "no account is overdrawn: \(amounts)")
            _ = try await bench.log(6 + done.changed * 2 + done.refused)
            try expect(done.changed > 20, "most transfers come through, not only \(done.changed)")
        },
        Check("Never are both switches of a pair off (write skew)", .production) { bench in
            let pairs = (0..<3).map { ["p\($0) left", "p\($0) right"] }
            try await bench.decide { unit in
                for id in pairs.flatMap({ $0 }) { try unit.add(Samples.switches, id, status: .on) }
            }
            let done = try await crowd(6, rounds: 40, on: bench) { unit, generator in
                let pair = (pairs.randomElement(using: &generator) ?? pairs[0]).shuffled(using: &generator)
                let other = try await unit.get(Samples.switches, pair[1])
                let turnsOff = Bool.random(using: &generator)
                guard !turnsOff || other?.document.status == .on else { throw Refused(code: "lastOne") }
                guard var item = try await unit.get(Samples.switches, pair[0]) else { return }
                item.document.status = turnsOff ? .off : .on
                try unit.put(item)
                try unit.record(.sample("switched", item.key, facts: ["isOn": .bool(!turnsOff)]))
            }
            var isOn: [String: Bool] = [:]
            for event in try await bench.log(6 + done.changed + done.refused) {
                guard try event.facts["type"] == "switched", let subject = try event.facts["subject"]?.string else {
                    continue
                }
                isOn[subject] = try event.facts[path: ["facts", "isOn"]]?.bool
                let bothOff = pairs.filter { $0.allSatisfy { isOn["select/\($0)"] == false } }
                try expect(bothOff, equals: [], "pairs that are off at position \(event.position)")
            }
            try expect(done.changed > 20, "most commands come through, not only \(done.changed)")
        },
        Check("No grant survives what it stands on (orphaned activation)", .production) { bench in
            let bases = ["b0", "b1", "b2"]
            let done = try await crowd(6, rounds: 40, on: bench) { unit, generator in
                let id = bases.randomElement(using: &generator) ?? "b0"
                let base = try await unit.get(Samples.bases, id)
                switch (Int.random(in: 0..<3, using: &generator), base) {
                case (_, nil): try unit.add(Samples.bases, id)
                case (0, _): try await unit.remove(Samples.bases, id)
                case (_, let base?):
                    let grant = unit.newRandomID()
                    let document = try Document<Item> {
                        $0.id = grant
                        $0.status = .on
                        $0.amount = 0
                        $0.standsOn = [id]
                        $0.remark = base.version
                    }
                    try unit.put(Stored(Samples.grants, id: grant, document))
                    try unit.record(.sample("granted", Key("grant", grant)))
                }
            }
            let rows = try await bench.engine.read(Query(Samples.grants, tenant: Bench.tenant, visibility: .all))
            for row in rows {
                let grant = try Document<Item>(json: try JSONReader.read(row.document, limits: .stored))
                let base = try await bench.item(Samples.bases, grant.standsOn.first ?? "")
                try expect(base?.version, equals: grant.remark, "the version of what \(row.id) stands on")
            }
            try expect(done.changed > 20, "most commands come through, not only \(done.changed)")
        },
        Check("Of many takers of one name one has it at a time", .production) { bench in
            let done = try await crowd(6, rounds: 20, on: bench) { unit, generator in
                let me = Key("account", "\(UInt32.random(in: 0 ... .max, using: &generator))")
                if let holder = try await unit.holder(of: "name") {
                    unit.release("name", from: holder)
                    try unit.record(.sample("released", holder))
                } else {
                    unit.take("name", for: me)
                    try unit.record(.sample("taken", me))
                }
            }
            let types = try await bench.logTypes(done.changed)
            for (index, type) in types.enumerated() {
                try expect(type, equals: index.isMultiple(of: 2) ? "taken" : "released", "event \(index) of the name")
            }
        },
    ]

    /// Runs a command in several tasks on two nodes, as often as told; conflicts of ten runs are let go.
    private static func crowd(
        _ tasks: Int, rounds: Int, on bench: Bench,
        _ command: @escaping @Sendable (inout UnitOfWork, inout SeededGenerator) async throws -> Void
    ) async throws -> (changed: Int, refused: Int) {
        let changed = Counter(), refused = Counter()
        let stores = [bench.store(), bench.store(on: try await bench.anotherNode())]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(task + 1))
                    for _ in 0..<rounds {
                        do {
                            try await stores[task % 2].decide(in: Bench.tenant) { try await command(&$0, &generator) }
                            changed.next()
                        } catch is Refused { refused.next() } catch StorageError.contended { continue }
                    }
                }
            }
            try await group.waitForAll()
        }
        return (changed.count, refused.count)
    }
}
