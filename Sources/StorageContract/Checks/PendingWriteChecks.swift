internal import EDM
internal import Storage

/// A command reads its own pending writes.
extension EngineContract {
    static let pendingWrites: [Check] = [
        Check("A command reads the documents that it has put and misses those that it has deleted") { bench in
            try await bench.decide { try $0.add(Samples.switches, "old", group: "g") }
            try await bench.decide { unit in
                try unit.add(Samples.switches, "new", group: "g")
                try await unit.remove(Samples.switches, "old")
                let all = try await unit.all(Samples.groups, of: Samples.switches, "g")
                try expect(all.map(\.id), equals: ["new"], "what is under the value")
                try expect(all.map(\.version), equals: [unit.changeID], "the version that will be")
                try expect(try await unit.get(Samples.switches, "old") == nil, "the deleted document is gone")
                try await unit.change(Samples.switches, "new") { $0.group = "h" }
                try expect(
                    try await unit.all(Samples.groups, of: Samples.switches, "g").map(\.id), equals: [], "it has moved")
                try expect(
                    try await unit.all(Samples.groups, of: Samples.switches, "h").map(\.id), equals: ["new"], "to here")
            }
            try expect(
                try await bench.item(Samples.switches, "new")?.document.group, equals: "h", "the committed group")
        },
        Check("What a command puts and deletes itself never was; what it deletes and puts again is replaced") { bench in
            try await bench.decide { try $0.add(Samples.switches, "s", amount: 1, group: "g") }
            try await bench.decide { unit in
                try unit.add(Samples.accounts, "a")
                try await unit.remove(Samples.accounts, "a")
                try await unit.remove(Samples.switches, "s")
                try unit.add(Samples.switches, "s", amount: 2, group: "h")
            }
            try expect(try await bench.item(Samples.accounts, "a") == nil, "no account")
            try expect(try await bench.item(Samples.switches, "s")?.document.amount, equals: 2, "the new document")
            for (group, count) in [("g", 0), ("h", 1)] {
                let rows = try await bench.engine.all(IndexValue("group", group), tenant: Bench.tenant, limit: 10).rows
                try expect(rows.count, equals: count, "documents in group \(group)")
            }
        },
        Check("A command sees the names that it has taken and released") { bench in
            let key = Key("account", "a")
            try await bench.decide { unit in
                try unit.add(Samples.accounts, "a")
                try expect(try await unit.holder(of: "name"), equals: nil, "free at first")
                unit.take("name", for: key)
                try expect(try await unit.holder(of: "name"), equals: key, "taken")
                unit.release("name", from: key)
                try expect(try await unit.holder(of: "name"), equals: nil, "released")
                unit.take("name", for: key)
            }
            try expect(try await bench.engine.holder(of: "name", tenant: Bench.tenant), equals: key, "the holder")
        },
        Check("A command finds what stands on a document of its own making") { bench in
            try await bench.decide { unit in
                try unit.add(Samples.bases, "b")
                try unit.add(Samples.grants, "g", on: ["b"])
                try unit.add(Samples.links, "l", on: ["b", "c"])
                try expect(
                    try await unit.standing(on: Key("base", "b")).map(\.key),
                    equals: [Key("grant", "g"), Key("link", "l")],
                    "what stands on it")
                try await unit.remove(Samples.bases, "b")
            }
            try expect(
                try await bench.dump().filter { !$0.hasPrefix("sampleEvent") }, equals: [], "all of it is gone again")
        },
    ]
}
