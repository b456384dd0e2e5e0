internal import EDM
internal import JSON
internal import Storage

/// An outcome is said when it is durable, and one that isn't leaves nothing.
extension EngineContract {
    static let outcomes: [Check] = [
        Check("What a commit has acknowledged is seen by every later read, through another engine too", .production) {
            bench in
            let other = try await bench.anotherReader()
            for round in 0..<30 {
                let key = Key("select", "\(round)")
                try await bench.decide { unit in
                    try unit.add(Samples.switches, key.id, group: "g")
                    unit.take("name \(round)", for: key)
                }
                let row = try await other.get(key, tenant: Bench.tenant)
                try expect(row != nil, "the document of round \(round)")
                let all = try await other.all(IndexValue("group", "g"), tenant: Bench.tenant, limit: 100)
                try expect(all.rows.count, equals: round + 1, "the documents under the value")
                try expect(
                    try await other.holder(of: "name \(round)", tenant: Bench.tenant), equals: key, "the name's holder")
                try expect(
                    try await other.count(Query(Samples.switches, tenant: Bench.tenant, visibility: .all)),
                    equals: round + 1, "what a query finds")
            }
            _ = try await bench.log(30, on: other)
        },
        Check("Two nodes obey each other's commits", .production) { bench in
            let here = bench.store()
            let there = bench.store(on: try await bench.anotherNode())
            try await here.decide(in: Bench.tenant) { try $0.add(Samples.switches, "a", group: "g") }
            var runs = 0
            try await here.decide(in: Bench.tenant) { unit in
                runs += 1
                let count = try await unit.all(Samples.groups, of: Samples.switches, "g").count
                if runs == 1 {
                    try await there.decide(in: Bench.tenant) { try $0.add(Samples.switches, "b", group: "g") }
                }
                try unit.add(Samples.accounts, "count", amount: Int64(count))
            }
            try expect(runs, equals: 2, "the runs of the command")
            try expect(try await bench.item(Samples.accounts, "count")?.document.amount, equals: 2, "what it has seen")
        },
        Check("One stale read among many writes, and nothing happens; names and positions are given back") { bench in
            for (index, staleness) in Staleness.allCases.enumerated() {
                let tenant = "tenant \(index)"
                try await bench.decide(in: tenant) { unit in
                    try unit.add(Samples.accounts, "read")
                    try unit.add(Samples.switches, "member", group: "g")
                    unit.take("held", for: Key("account", "read"))
                }
                let lost = try await bench.changeSet(in: tenant) { try await Staleness.read(in: &$0) }
                try await staleness.happen(on: bench, tenant)
                let names = (0..<20).map { "name \($0)" } + ["held", "free"]
                let before = try await bench.dump(tenant, names: names)
                guard case .conflict = await bench.engine.commit(lost) else {
                    throw ContractViolation("Expected: a commit with \(staleness) conflicts.")
                }
                try expect(
                    try await bench.dump(tenant, names: names), equals: before, "no trace of a commit with \(staleness)"
                )
                let known = before.filter { $0.hasPrefix("sampleEvent/") }.count
                try await bench.decide(in: tenant) { try $0.add(Samples.accounts, "after") }
                _ = try await bench.log(known + 1, in: tenant)
            }
        },
        Check("A command that throws leaves no trace") { bench in
            try await expectThrown("its own error") {
                try await bench.decide { unit in
                    try unit.add(Samples.accounts, "a")
                    unit.take("name", for: Key("account", "a"))
                    throw ContractViolation("thrown")
                }
            } _: {
                $0 as? ContractViolation == ContractViolation("thrown")
            }
            try expect(try await bench.dump(names: ["name"]), equals: ["name name -"], "nothing at all")
        },
        Check("A commit says an instant that lies in its window and isn't before that of anything it read") { bench in
            var last = try await bench.engine.now()
            try await bench.decide { try $0.add(Samples.accounts, "a") }
            for _ in 0..<20 {
                let changes = try await bench.changeSet {
                    try await $0.change(Samples.accounts, "a") { $0.amount += 1 }
                }
                guard case .committed(let instant) = await bench.engine.commit(changes) else {
                    throw ContractViolation("Expected: the commit succeeds.")
                }
                try expect(instant >= last, "an instant from \(last) on, not \(instant)")
                last = instant
            }
            try expect(try await bench.engine.now() >= last, "the store's clock isn't behind its last commit")
            _ = try await bench.log(21)
        },
    ]
}

/// What can go stale between a read and its commit.
private enum Staleness: CaseIterable {
    case changedDocument, createdDocument, movedStamp, takenName, releasedName, passedWindow

    static func read(in unit: inout UnitOfWork) async throws {
        for index in 0..<20 {
            try unit.add(Samples.switches, "new \(index)", group: "new")
            unit.take("name \(index)", for: Key("select", "new \(index)"))
        }
        _ = try await unit.get(Samples.accounts, "read")
        _ = try await unit.get(Samples.accounts, "absent")
        _ = try await unit.all(Samples.groups, of: Samples.switches, "g")
        _ = try await unit.holder(of: "held")
        _ = try await unit.holder(of: "free")
        unit.stands(until: unit.now + .days(1))
    }

    func happen(on bench: Bench, _ tenant: String) async throws {
        try await bench.decide(in: tenant) { unit in
            switch self {
            case .changedDocument: try await unit.change(Samples.accounts, "read") { $0.amount += 1 }
            case .createdDocument: try unit.add(Samples.accounts, "absent")
            case .movedStamp: try unit.add(Samples.switches, "another", group: "g")
            case .takenName:
                unit.take("free", for: Key("account", "read"))
                try unit.record(.sample("taken"))
            case .releasedName:
                unit.release("held", from: Key("account", "read"))
                try unit.record(.sample("released"))
            case .passedWindow: try unit.add(Samples.accounts, "unrelated")
            }
        }
        if self == .passedWindow { try await bench.advance(by: .days(1)) }
    }
}
