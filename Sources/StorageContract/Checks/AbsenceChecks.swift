internal import EDM
internal import Storage

/// What isn't there, read and relied upon; and what may happen beside each other without a conflict.
extension EngineContract {
    static let absences: [Check] = [
        Check("Who read that a document is absent loses against its creation") { bench in
            let (existed, runs) = try await bench.race(
                { unit in
                    let existed = try await unit.get(Samples.accounts, "a") != nil
                    try unit.add(Samples.operations, existed ? "existed" : "absent")
                    return existed
                }, against: { try await bench.decide { try $0.add(Samples.accounts, "a") } })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(existed, "its last run has found the document")
        },
        Check("A refusal for want of a document isn't committed when the document has come meanwhile") { bench in
            var runs = 0
            try await bench.decide { unit in
                runs += 1
                let isThere = try await unit.get(Samples.accounts, "a") != nil
                if runs == 1 { try await bench.decide { try $0.add(Samples.accounts, "a") } }
                guard isThere else { throw Refused(code: "gone") }
                try unit.record(.sample("found"))
            }
            try expect(runs, equals: 2, "the runs of the command")
            try expect(try await bench.logTypes(2), equals: ["account.added", "found"], "the log, without a refusal")
        },
        Check("Of two creators of one id the second finds the document of the first") { bench in
            let (_, runs) = try await bench.race(
                { unit in
                    if try await unit.get(Samples.accounts, "a") == nil {
                        try unit.add(Samples.accounts, "a", amount: 1)
                    } else {
                        try await unit.change(Samples.accounts, "a") { $0.amount += 10 }
                    }
                }, against: { try await bench.decide { try $0.add(Samples.accounts, "a", amount: 2) } })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(try await bench.item(Samples.accounts, "a")?.document.amount, equals: 12, "the amount")
        },
        Check("A creation that didn't look never overwrites") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a", amount: 2) }
            try await expectThrown("it conflicts as often as it runs") {
                try await bench.decide { try $0.add(Samples.accounts, "a", amount: 1) }
            } _: {
                $0 as? StorageError == .contended
            }
            try expect(
                try await bench.item(Samples.accounts, "a")?.document.amount, equals: 2, "the first one's amount")
            _ = try await bench.log(1)
        },
        Check("Inserts under one value, and a read of another value, don't conflict") { bench in
            let (_, inserts) = try await bench.race(
                { try $0.add(Samples.switches, "a", group: "g") },
                against: {
                    try await bench.decide { try $0.add(Samples.switches, "b", group: "g") }
                })
            try expect(inserts, equals: 1, "the runs of an insert beside an insert")
            let (_, reads) = try await bench.race(
                { unit in
                    _ = try await unit.all(Samples.groups, of: Samples.switches, "other")
                    try unit.add(Samples.accounts, "count")
                }, against: { try await bench.decide { try $0.add(Samples.switches, "c", group: "g") } })
            try expect(reads, equals: 1, "the runs of a read beside an insert under another value")
        },
        Check("Two kinds share one guarded index: a read of what stands on a document sees both, and loses to both") {
            bench in
            try await bench.decide { unit in
                try unit.add(Samples.bases, "b")
                try unit.add(Samples.grants, "g", on: ["b"])
            }
            let (count, runs) = try await bench.race(
                { unit in
                    let count = try await unit.standing(on: Key("base", "b")).count
                    try unit.add(Samples.accounts, "count")
                    return count
                }, against: { try await bench.decide { try $0.add(Samples.links, "l", on: ["b"]) } })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(count, equals: 2, "what stands on the document in the end")
        },
    ]
}
