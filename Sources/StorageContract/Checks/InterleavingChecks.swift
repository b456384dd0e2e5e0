internal import EDM
internal import Storage

/// Two commands, the second run to its end between what the first has read and its commit: the first must lose, run again,
/// and decide by what it reads then.
extension EngineContract {
    static let interleavings: [Check] = [
        Check("Who read all documents under a value loses against an insert under it") { bench in
            try await bench.decide { try $0.add(Samples.switches, "a", group: "g") }
            let (count, runs) = try await bench.race(
                { unit in
                    let count = try await unit.all(Samples.groups, of: Samples.switches, "g").count
                    try unit.add(Samples.accounts, "count", amount: Int64(count))
                    return count
                }, against: { try await bench.decide { try $0.add(Samples.switches, "b", group: "g") } })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(count, equals: 2, "what its last run has seen")
            try expect(try await bench.item(Samples.accounts, "count")?.document.amount, equals: 2, "what it wrote")
            try expect(
                try await bench.logTypes(3), equals: ["select.added", "select.added", "account.added"],
                "one event per commit, the loser's last")
        },
        Check("Who read that there is none under a value loses against the first insert under it") { bench in
            let (count, runs) = try await bench.race(
                { unit in
                    let count = try await unit.all(Samples.groups, of: Samples.switches, "g").count
                    try unit.add(Samples.accounts, "count", amount: Int64(count))
                    return count
                }, against: { try await bench.decide { try $0.add(Samples.switches, "b", group: "g") } })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(count, equals: 1, "what its last run has seen")
        },
        Check("Who read all documents under a value loses against a removal, a move away and back, and a change") {
            bench in
            let rivals: [(String, @Sendable (inout UnitOfWork) async throws -> Void)] = [
                ("removal", { try await $0.remove(Samples.switches, "a") }),
                ("move away", { try await $0.change(Samples.switches, "a") { $0.group = "elsewhere" } }),
                ("move here", { try await $0.change(Samples.switches, "z") { $0.group = "g" } }),
                ("change", { try await $0.change(Samples.switches, "a") { $0.amount += 1 } }),
            ]
            for (index, (name, rival)) in rivals.enumerated() {
                let tenant = "tenant \(index)"
                try await bench.decide(in: tenant) { unit in
                    try unit.add(Samples.switches, "a", group: "g")
                    try unit.add(Samples.switches, "z")
                }
                var runs = 0
                try await bench.decide(in: tenant) { unit in
                    runs += 1
                    _ = try await unit.all(Samples.groups, of: Samples.switches, "g")
                    try unit.add(Samples.accounts, "count")
                    if runs == 1 { try await bench.decide(in: tenant, rival) }
                }
                try expect(runs, equals: 2, "the runs of a command against a \(name)")
            }
        },
        Check("Who read a witness loses against its deletion, and finds it gone") { bench in
            try await bench.decide { try $0.add(Samples.bases, "w") }
            try await expectThrown("the command is refused") {
                _ = try await bench.race(
                    { unit in
                        guard try await unit.get(Samples.bases, "w") != nil else { throw Refused(code: "noWitness") }
                        try unit.add(Samples.grants, "g")
                    }, against: { try await bench.decide { try await $0.remove(Samples.bases, "w") } })
            } _: {
                $0 as? Refused == Refused(code: "noWitness")
            }
            try expect(try await bench.item(Samples.grants, "g") == nil, "nothing was granted")
            try expect(
                try await bench.logTypes(3), equals: ["base.added", "base.removed", "refused.noWitness"], "the log")
        },
        Check("Who read a name as free, after its overdue holder gave it back, loses against another taker") { bench in
            let store = bench.store(["request": expireRequest])
            let now = try await bench.engine.now()
            try await bench.decide { unit in
                try unit.add(Samples.requests, "old", deadlines: [now + .hours(1)])
                unit.take("name", for: Key("request", "old"))
            }
            try await bench.advance(by: .hours(2))
            var runs = 0
            let command: (inout UnitOfWork, String) async throws -> Void = { unit, id in
                guard try await unit.holder(of: "name") == nil else { throw Refused(code: "nameHeld") }
                try unit.add(Samples.requests, id)
                unit.take("name", for: Key("request", id))
            }
            try await expectThrown("the slower taker is refused") {
                try await store.decide(in: Bench.tenant) { unit in
                    runs += 1
                    try await command(&unit, "slow")
                    if runs == 2 { try await store.decide(in: Bench.tenant) { try await command(&$0, "fast") } }
                }
            } _: {
                $0 as? Refused == Refused(code: "nameHeld")
            }
            try expect(runs, equals: 3, "the runs: one meets the overdue holder, one loses, one refuses")
            try expect(
                try await bench.engine.holder(of: "name", tenant: Bench.tenant), equals: Key("request", "fast"),
                "the holder")
            try expect(
                try await bench.logTypes(4),
                equals: ["request.added", "request.expired", "request.added", "refused.nameHeld"], "the log")
        },
        Check("Whose window passes between what it read and its commit decides again, and sees that it is late") {
            bench in
            let deadline = try await bench.engine.now() + .hours(1)
            try await expectThrown("the command is refused") {
                _ = try await bench.race(
                    { unit in
                        guard unit.now < deadline else { throw Refused(code: "late") }
                        unit.stands(until: deadline)
                        try unit.add(Samples.operations, "approved")
                    }, against: { try await bench.engine.setClock(deadline) })
            } _: {
                $0 as? Refused == Refused(code: "late")
            }
            try expect(try await bench.item(Samples.operations, "approved") == nil, "nothing was approved")
            try expect(try await bench.logTypes(1), equals: ["refused.late"], "the log")
        },
        Check("A decision that stands only from a later instant on isn't committed before it") { bench in
            let start = try await bench.engine.now() + .hours(1)
            let early: (inout UnitOfWork) async throws -> Void = { unit in
                unit.stands(from: start)
                try unit.add(Samples.operations, "expired")
            }
            try await expectThrown("the decision is never committed") {
                try await bench.decide(early)
            } _: {
                $0 as? StorageError == .contended
            }
            try expect(try await bench.dump(), equals: [], "no trace of it")
            try await bench.engine.setClock(start)
            try await bench.decide(early)
            try expect(
                try await bench.item(Samples.operations, "expired") != nil, "it is committed from that instant on")
        },
        Check("A document that was deleted and created again alike under its id isn't the one that was read") { bench in
            try await bench.decide { try $0.add(Samples.bases, "b", amount: 7) }
            let (_, runs) = try await bench.race(
                { unit in
                    guard try await unit.get(Samples.bases, "b") != nil else { throw Refused(code: "gone") }
                    try unit.add(Samples.grants, "g", on: ["b"])
                },
                against: {
                    try await bench.decide { try await $0.remove(Samples.bases, "b") }
                    try await bench.decide { try $0.add(Samples.bases, "b", amount: 7) }
                })
            try expect(runs, equals: 2, "the runs of the command")
        },
        Check("A value that a document left and came back to isn't as it was read") { bench in
            try await bench.decide { try $0.add(Samples.switches, "a", group: "g") }
            let (_, runs) = try await bench.race(
                { unit in
                    _ = try await unit.all(Samples.groups, of: Samples.switches, "g2")
                    try unit.add(Samples.accounts, "none")
                },
                against: {
                    try await bench.decide { try await $0.change(Samples.switches, "a") { $0.group = "g2" } }
                    try await bench.decide { try await $0.change(Samples.switches, "a") { $0.group = "g" } }
                })
            try expect(runs, equals: 2, "the runs of the command")
        },
        Check("Of two changes of one document none is lost") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a", amount: 1) }
            let (_, runs) = try await bench.race(
                { unit in
                    try await unit.change(Samples.accounts, "a") { $0.amount *= 10 }
                },
                against: {
                    _ = try await bench.decide { try await $0.change(Samples.accounts, "a") { $0.amount += 1 } }
                })
            try expect(runs, equals: 2, "the runs of the command")
            try expect(
                try await bench.item(Samples.accounts, "a")?.document.amount, equals: 20, "both changes, in order")
        },
        Check("A deletion loses against a change, and a change against a deletion") { bench in
            try await bench.decide {
                try $0.add(Samples.accounts, "a"); try $0.add(Samples.accounts, "b")
            }
            let (_, runs) = try await bench.race(
                { try await $0.remove(Samples.accounts, "a") },
                against: {
                    _ = try await bench.decide { try await $0.change(Samples.accounts, "a") { $0.amount += 1 } }
                })
            try expect(runs, equals: 2, "the runs of the deletion")
            try await expectThrown("the change finds nothing") {
                _ = try await bench.race(
                    { try await $0.change(Samples.accounts, "b") { $0.amount += 1 } },
                    against: {
                        try await bench.decide { try await $0.remove(Samples.accounts, "b") }
                    })
            } _: {
                $0 as? Refused == Refused(code: "gone")
            }
            try expect(try await bench.item(Samples.accounts, "b") == nil, "what was deleted stays deleted")
        },
    ]

    /// A request whose time has come expires and gives its name back.
    static let expireRequest: Store.Settler = { unit, id in
        guard var request = try await unit.get(Samples.requests, id), request.document.status == .open,
            let deadline = request.document.deadlines.first, deadline <= unit.now
        else { return }
        request.document.status = .expired
        request.document.deadlines = []
        request.settlesAt = nil
        try unit.put(request)
        if try await unit.holder(of: "name") == request.key { unit.release("name", from: request.key) }
        try unit.record(.sample("request.expired", request.key))
    }
}
