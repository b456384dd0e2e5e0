internal import EDM
internal import Storage

extension EngineContract {
    static let resets: [Check] = [
        Check("A reset leaves the named kinds, and the system's time") { bench in
            let start = try await bench.engine.now()
            for tenant in [Bench.tenant, Bench.otherTenant] {
                try await bench.decide(in: tenant) { unit in
                    try unit.add(Samples.accounts, "kept", group: "g")
                    try unit.add(Samples.switches, "kept", group: "g")
                    try unit.add(Samples.requests, "gone", deadlines: [unit.now + .hours(1)])
                    try unit.add(Samples.bases, "gone")
                    try unit.add(Samples.grants, "gone", on: ["gone"])
                    unit.take("keptName", for: Key("account", "kept"))
                    unit.take("goneName", for: Key("request", "gone"))
                }
            }
            try await bench.advance(by: .days(100))
            let kept = try await bench.dump(names: ["keptName"]).filter { line in
                ["account/", "select/", "name "].contains { line.hasPrefix($0) }
            }
            try await bench.engine.reset(keeping: [Samples.accounts.name, Samples.switches.name])
            for tenant in [Bench.tenant, Bench.otherTenant] {
                let left = try await bench.dump(tenant, names: ["keptName"]).filter { !$0.hasPrefix("entry ") }
                if tenant == Bench.tenant { try expect(left, equals: kept, "what is left") }
                try expect(left.count, equals: 3, "an account, a switch and a name")
                let holder = try await bench.engine.holder(of: "goneName", tenant: tenant)
                try expect(holder, equals: nil, "the name of a document that is gone")
                let rows = try await bench.engine.all(IndexValue("group", "g"), tenant: tenant, limit: 10).rows
                try expect(rows.map(\.key), equals: [Key("select", "kept")], "the entries of what is left")
                _ = try await bench.log(0, in: tenant)
            }
            try expect(try await bench.engine.nextSettling(), equals: nil, "nothing is to come")
            try expect(try await bench.engine.now() < start + .days(1), "the system's time")
        },
        Check("After a reset life begins anew: the same ids, positions from 0") { bench in
            for _ in 0..<3 {
                try await bench.decide { unit in
                    try unit.add(Samples.switches, "s", group: "g")
                    unit.take("name", for: Key("select", "s"))
                }
                _ = try await bench.log(1)
                try await bench.engine.reset(keeping: [])
                try expect(try await bench.dump(names: ["name"]), equals: ["name name -"], "nothing is left")
            }
        },
        Check("A change set that was made before a reset isn't committed after it") { bench in
            try await bench.decide { try $0.add(Samples.switches, "s", group: "g") }
            let changes = try await bench.changeSet { unit in
                try await unit.change(Samples.switches, "s") { $0.amount = 1 }
            }
            try await bench.engine.reset(keeping: [])
            guard case .conflict = await bench.engine.commit(changes) else {
                throw ContractViolation("Expected: a conflict.")
            }
            try expect(try await bench.dump(), equals: [], "nothing at all")
        },
        Check("A snapshot brings everything back, and the time, but what it was made without") { bench in
            func names() -> [String] { ["name", "later", "keptName"] }
            // Stamps go on, so that nothing that was read before is found to stand.
            func comparable(_ dump: [String]) -> [String] {
                dump.filter { !$0.hasPrefix("account/") && !$0.hasPrefix("entry ") }
            }
            let without: Set<String> = [Samples.accounts.name]
            for tenant in [Bench.tenant, Bench.otherTenant] {
                try await bench.decide(in: tenant) { unit in
                    try unit.add(Samples.accounts, "kept")
                    try unit.add(Samples.switches, "s", group: "g")
                    try unit.add(Samples.requests, "r", deadlines: [unit.now + .hours(1)])
                    unit.take("name", for: Key("select", "s"))
                }
                _ = try await bench.log(3, in: tenant)
            }
            let saved = try await bench.dump(names: names())
            let next = try await bench.engine.nextSettling()
            let log = try await bench.log(3)
            try await bench.engine.saveSnapshot("one", without: without)
            let at = try await bench.engine.now()
            for round in 0..<2 {
                try await bench.decide { unit in
                    try await unit.change(Samples.switches, "s") { $0.amount = 2 }
                    try unit.add(Samples.switches, "t", group: "g")
                    unit.take("later", for: Key("select", "t"))
                    try await unit.change(Samples.accounts, "kept") { $0.amount = Int64(round) }
                }
                let changes = try await bench.changeSet { unit in
                    _ = try await unit.all(Samples.groups, of: Samples.switches, "g")
                    try unit.add(Samples.switches, "v")
                }
                try await bench.advance(by: .days(100))
                try expect(try await bench.engine.restoreSnapshot("one", without: without), "it is there")
                let now = try await bench.dump(names: names())
                try expect(comparable(now), equals: comparable(saved), "everything but the account and the stamps")
                let account = try await bench.engine.get(Key("account", "kept"), tenant: Bench.tenant)
                try expect(
                    String(decoding: account?.document ?? [], as: UTF8.self).contains("\(round)"),
                    "the account as it is")
                try expect(try await bench.engine.nextSettling(), equals: next, "what is to come")
                try expect(try await bench.log(3), equals: log, "the log")
                try expect(try await bench.engine.now() < at + .hours(1), "the time of the snapshot")
                guard case .conflict = await bench.engine.commit(changes) else {
                    throw ContractViolation("Expected: what was read before is a conflict.")
                }
            }
            try await bench.engine.saveSnapshot("another", without: without)
            try await bench.engine.saveSnapshot("one", without: without)
            try expect(try await bench.engine.snapshots(), equals: ["another", "one"], "each once, in order")
            try expect(try await !bench.engine.restoreSnapshot("none", without: without), "there is no such")
            try expect(try await bench.engine.deleteSnapshot("one", without: without), "it was there")
            try expect(try await !bench.engine.deleteSnapshot("one", without: without), "it is gone")
            try expect(try await !bench.engine.restoreSnapshot("one", without: without), "nobody returns to it")
            try expect(try await bench.engine.snapshots(), equals: ["another"], "the other one is left")
            try expect(try await bench.engine.restoreSnapshot("another", without: without), "and can be returned to")
            try await bench.decide { try $0.add(Samples.switches, "u", group: "g") }
        },
        Check("A closed engine says so") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a") }
            let changes = try await bench.changeSet { try $0.add(Samples.accounts, "b") }
            await bench.engine.close()
            try await expectThrown("a read fails") {
                _ = try await bench.engine.get(Key("account", "a"), tenant: Bench.tenant)
            } _: { _ in
                true
            }
            switch await bench.engine.commit(changes) {
            case .unavailable: break
            case let outcome: throw ContractViolation("Expected: nothing happens and is said to. Found \(outcome).")
            }
        },
    ]
}
