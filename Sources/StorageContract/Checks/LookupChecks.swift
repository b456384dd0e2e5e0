internal import EDM
@_spi(Decisions) internal import Storage

/// What is looked up together, ahead of being asked for.
extension EngineContract {
    static let lookups: [Check] = [
        Check("What an engine finds together is what it answers one by one; what are too many it leaves out") { bench in
            for id in oddIDs {
                try await bench.decide { unit in
                    try unit.add(Samples.accounts, id, amount: 1)
                    try unit.add(Samples.switches, id, group: id)
                    try unit.add(Samples.switches, "many \(id)", group: "many")
                    unit.take("name \(id)", for: Key("account", id))
                }
            }
            let ids = oddIDs + ["none", "a\u{0}b"]
            let lookups = Lookups(
                documents: Set(ids.flatMap { [Key("account", $0), Key("select", $0), Key("no such kind", $0)] }),
                guarded: Set((ids + ["many"]).map { IndexValue("group", $0) } + [IndexValue("no such index", "a")]),
                names: Set(ids.map { "name \($0)" }))
            let limit = oddIDs.count - 1
            let found = try await bench.engine.find(lookups, tenant: Bench.tenant, limit: limit)
            for (key, row) in found.documents {
                let wanted = key.kind == "no such kind" ? nil : try await bench.engine.get(key, tenant: Bench.tenant)
                try expect(row, equals: wanted, "\(key)")
            }
            for (value, members) in found.guarded {
                let wanted = try await bench.engine.all(value, tenant: Bench.tenant, limit: limit)
                try expect(members.stamp, equals: wanted.stamp, "the stamp of \(value)")
                try expect(members.rows, equals: wanted.rows, "what is under \(value)")
            }
            for name in lookups.names {
                guard let holder = found.holder(of: name) else { continue }
                try expect(
                    holder, equals: try await bench.engine.holder(of: name, tenant: Bench.tenant), "who holds \(name)")
            }
            try expect(found.guarded[IndexValue("group", "many")] == nil, "too many are left out")
        },
        Check("What was looked up ahead and then asked is checked at the commit") { bench in
            try await bench.decide { unit in
                try unit.add(Samples.accounts, "a", amount: 1)
                try unit.add(Samples.switches, "s", group: "g")
                try unit.add(Samples.accounts, "old")
                unit.take("name", for: Key("account", "old"))
            }
            let lookups = Lookups(
                documents: [Key("account", "a")], guarded: [IndexValue("group", "g")], names: ["name"])
            let rivals: [@Sendable (inout UnitOfWork) async throws -> Void] = [
                { try await $0.change(Samples.accounts, "a") { $0.amount += 1 } },
                { try $0.add(Samples.switches, "t", group: "g") },
                { unit in
                    unit.release("name", from: Key("account", "old"))
                    try unit.add(Samples.accounts, "new")
                    unit.take("name", for: Key("account", "new"))
                },
            ]
            var seen: [String] = []
            for rival in rivals {
                var isFirst = true
                seen.append(
                    try await bench.decide { unit in
                        try await unit.prefetch(lookups)
                        if exchange(&isFirst, with: false) { try await bench.decide(rival) }
                        let amount = try await unit.get(Samples.accounts, "a")?.document.amount ?? 0
                        let count = try await unit.all(Samples.groups, of: Samples.switches, "g").count
                        let holder = try await unit.holder(of: "name")?.id ?? "-"
                        try unit.record(.sample("seen"))
                        return "\(amount) \(count) \(holder)"
                    })
            }
            try expect(seen, equals: ["2 1 old", "2 2 old", "2 2 new"], "what the commands decided by")
        },
        Check("What was looked up ahead and never asked is no reason to decide again") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a", amount: 1) }
            var runs = 0
            try await bench.decide { unit in
                runs += 1
                try await unit.prefetch(
                    Lookups(
                        documents: [Key("account", "a")], guarded: [IndexValue("group", "g")], names: ["name"]))
                try await bench.decide { rival in
                    try await rival.change(Samples.accounts, "a") { $0.amount += 1 }
                    try rival.add(Samples.switches, "s\(runs)", group: "g")
                }
                try unit.record(.sample("decided"))
            }
            try expect(runs, equals: 1, "the runs of the command")
        },
        Check("A document that was looked up ahead settles before anybody decides by it") { bench in
            let store = bench.store(["request": expireRequest])
            let due = try await bench.engine.now() + .hours(1)
            try await bench.decide { try $0.add(Samples.requests, "r", deadlines: [due]) }
            try await bench.advance(by: .hours(1))
            let status = try await store.decide(in: Bench.tenant) { unit in
                try await unit.prefetch(Lookups(documents: [Key("request", "r")]))
                return try await unit.get(Samples.requests, "r")?.document.status
            }
            try expect(status, equals: .expired, "the status that was decided by")
        },
    ]
}
