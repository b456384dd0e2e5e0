internal import EDM
internal import Storage

extension EngineContract {
    static let names: [Check] = [
        Check("A name is taken, given back and taken again") { bench in
            let (a, b) = (Key("account", "a"), Key("account", "b"))
            for (name, key) in [("n", a), ("n", b), ("m", a)] {
                try await bench.decide {
                    $0.take(name, for: key); try $0.record(.sample("taken"))
                }
                try expect(
                    try await bench.engine.holder(of: name, tenant: Bench.tenant), equals: key, "the holder of \(name)")
                try await bench.decide {
                    $0.release(name, from: key); try $0.record(.sample("released"))
                }
                try expect(
                    try await bench.engine.holder(of: name, tenant: Bench.tenant), equals: nil, "\(name) is free")
            }
        },
        Check("Of two takers of one name one wins, and the other reads who") { bench in
            let take: (inout UnitOfWork, String) async throws -> Void = { unit, id in
                if let holder = try await unit.holder(of: "name") { throw Refused(code: "heldBy \(holder.id)") }
                try unit.add(Samples.accounts, id)
                unit.take("name", for: Key("account", id))
            }
            try await expectThrown("the slower one is refused") {
                _ = try await bench.race(
                    { try await take(&$0, "slow") },
                    against: {
                        try await bench.decide { try await take(&$0, "fast") }
                    })
            } _: {
                $0 as? Refused == Refused(code: "heldBy fast")
            }
            try expect(
                try await bench.engine.holder(of: "name", tenant: Bench.tenant), equals: Key("account", "fast"),
                "the holder")
            try expect(try await bench.item(Samples.accounts, "slow") == nil, "nothing of the loser")
        },
        Check("A name that nobody asked about is never taken from its holder, nor released by another") { bench in
            let (a, b) = (Key("account", "a"), Key("account", "b"))
            try await bench.decide {
                $0.take("name", for: a); try $0.record(.sample("taken"))
            }
            let thefts: [(inout UnitOfWork) -> Void] = [
                { $0.take("name", for: b) }, { $0.release("name", from: b) }, { $0.release("free", from: b) },
            ]
            for theft in thefts {
                try await expectThrown("it conflicts as often as it runs") {
                    try await bench.decide {
                        theft(&$0); try $0.record(.sample("stolen"))
                    }
                } _: {
                    $0 as? StorageError == .contended
                }
            }
            try expect(try await bench.engine.holder(of: "name", tenant: Bench.tenant), equals: a, "the holder")
            _ = try await bench.log(1)
        },
        Check("A name changes hands in one change set, and a name taken and released in one stays free") { bench in
            let (a, b) = (Key("account", "a"), Key("account", "b"))
            try await bench.decide {
                $0.take("name", for: a); try $0.record(.sample("taken"))
            }
            try await bench.decide { unit in
                try expect(try await unit.holder(of: "name"), equals: a, "the holder before")
                unit.release("name", from: a)
                unit.take("name", for: b)
                unit.take("brief", for: a)
                unit.release("brief", from: a)
                try unit.record(.sample("handed over"))
            }
            try expect(try await bench.engine.holder(of: "name", tenant: Bench.tenant), equals: b, "the new holder")
            try expect(
                try await bench.engine.holder(of: "brief", tenant: Bench.tenant), equals: nil, "the brief name is free")
        },
        Check("Names are told apart by their bytes, whatever they look like") { bench in
            try await bench.decide { unit in
                for (index, name) in oddIDs.enumerated() { unit.take(name, for: Key("account", "\(index)")) }
                try unit.record(.sample("taken"))
            }
            for (index, name) in oddIDs.enumerated() {
                let holder = try await bench.engine.holder(of: name, tenant: Bench.tenant)
                try expect(holder, equals: Key("account", "\(index)"), "the holder of \(name)")
            }
        },
        Check("Who read the holder of a name loses against its release") { bench in
            let key = Key("account", "a")
            try await bench.decide {
                $0.take("name", for: key); try $0.record(.sample("taken"))
            }
            var runs = 0
            try await bench.decide { unit in
                runs += 1
                let holder = try await unit.holder(of: "name")
                if runs == 1 {
                    try await bench.decide {
                        $0.release("name", from: key); try $0.record(.sample("released"))
                    }
                }
                guard holder == nil else { throw Refused(code: "held") }
                unit.take("name", for: Key("account", "b"))
                try unit.record(.sample("taken again"))
            }
            try expect(runs, equals: 2, "the runs of the command")
            try expect(try await bench.logTypes(3), equals: ["taken", "released", "taken again"], "the log")
        },
    ]
}
