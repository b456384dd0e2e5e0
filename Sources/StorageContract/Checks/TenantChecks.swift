internal import EDM
internal import Storage

extension EngineContract {
    static let tenants: [Check] = [
        Check("The same ids, names and index values in two tenants never meet") { bench in
            for (tenant, amount) in [(Bench.tenant, 1), (Bench.otherTenant, 2)] {
                try await bench.decide(in: tenant) { unit in
                    try expect(try await unit.get(Samples.accounts, "a") == nil, "no account yet")
                    try expect(try await unit.holder(of: "name"), equals: nil, "the name is free")
                    let others = try await unit.all(Samples.groups, of: Samples.switches, "g")
                    try expect(others.count, equals: 0, "nothing under the value")
                    try unit.add(Samples.accounts, "a", amount: Int64(amount))
                    try unit.add(Samples.switches, "s", amount: Int64(amount), group: "g")
                    unit.take("name", for: Key("account", "a"))
                }
            }
            for (tenant, amount) in [(Bench.tenant, 1), (Bench.otherTenant, 2)] {
                let item = try await bench.item(Samples.accounts, "a", in: tenant)
                try expect(item?.document.amount, equals: Int64(amount), "the account")
                let query = Query(Samples.switches, tenant: tenant, visibility: .all)
                try expect(try await bench.engine.count(query), equals: 1, "the switches that a query finds")
                _ = try await bench.log(2, in: tenant)
            }
            try await bench.decide(in: Bench.tenant) { unit in
                try await unit.remove(Samples.accounts, "a")
                unit.release("name", from: Key("account", "a"))
            }
            try expect(try await bench.item(Samples.accounts, "a", in: Bench.otherTenant) != nil, "the other account")
            let holder = try await bench.engine.holder(of: "name", tenant: Bench.otherTenant)
            try expect(holder, equals: Key("account", "a"), "the other holder")
        },
        Check("A commit in one tenant never conflicts with a read in another") { bench in
            let (_, runs) = try await bench.race(
                { unit in
                    _ = try await unit.get(Samples.accounts, "a")
                    _ = try await unit.all(Samples.groups, of: Samples.switches, "g")
                    _ = try await unit.holder(of: "name")
                    try unit.add(Samples.accounts, "b")
                },
                against: {
                    try await bench.decide(in: Bench.otherTenant) { unit in
                        try unit.add(Samples.accounts, "a")
                        try unit.add(Samples.switches, "s", group: "g")
                        unit.take("name", for: Key("account", "a"))
                    }
                })
            try expect(runs, equals: 1, "the runs of the command")
        },
        Check("An unknown tenant is empty") { bench in
            try await bench.decide { try $0.add(Samples.switches, "s", group: "g") }
            try expect(try await bench.dump("nobody", names: ["name"]), equals: ["name name -"], "what can be seen")
            _ = try await bench.log(0, in: "nobody")
        },
    ]
}
