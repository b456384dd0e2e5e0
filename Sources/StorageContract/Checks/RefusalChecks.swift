internal import EDM
internal import JSON
internal import Storage

extension EngineContract {
    static let refusals: [Check] = [
        Check("A refusal is committed as exactly one event, and nothing else of its command") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a") }
            let names = ["name"]
            let before = try await bench.dump(names: names)
            try await expectThrown("the refusal") {
                try await bench.decide { unit in
                    try await unit.change(Samples.accounts, "a") { $0.amount = 99 }
                    try unit.add(Samples.switches, "s", group: "g", deadlines: [unit.now + .hours(1)])
                    unit.take("name", for: Key("select", "s"))
                    try await unit.wake("w", command: "page", at: unit.now)
                    try unit.deliver("mail", stream: "s", body: ["a": 1])
                    throw Refused(code: "no")
                }
            } _: {
                $0 as? Refused == Refused(code: "no")
            }
            try expect(try await bench.logTypes(2), equals: ["account.added", "refused.no"], "the log")
            let after = try await bench.dump(names: names)
            try expect(after.count, equals: before.count + 1, "what can be seen: one event more")
            try expect(Set(before).subtracting(after), equals: [], "everything else is as it was")
        },
        Check("A refusal rests on what its command read, its window included") { bench in
            let deadline = try await bench.engine.now() + .hours(1)
            var runs = 0
            try await bench.decide { unit in
                runs += 1
                if unit.now < deadline {
                    unit.stands(until: deadline)
                    try await bench.engine.setClock(deadline)
                    throw Refused(code: "early")
                }
                try unit.record(.sample("done"))
            }
            try expect(runs, equals: 2, "the runs of the command")
            try expect(try await bench.logTypes(1), equals: ["done"], "the log")
        },
        Check("A refusal that the log has already leaves no trace, and rests on what its command read all the same") {
            bench in
            try await bench.decide { try $0.add(Samples.accounts, "a") }
            let before = try await bench.dump()
            try await expectThrown("the refusal") {
                try await bench.decide { unit in
                    try await unit.change(Samples.accounts, "a") { $0.amount = 1 }
                    throw Refused(code: "again", isKnown: true)
                }
            } _: {
                $0 as? Refused == Refused(code: "again", isKnown: true)
            }
            try expect(try await bench.dump(), equals: before, "nothing has changed")
            var runs = 0
            try await bench.decide { unit in
                runs += 1
                let isThere = try await unit.get(Samples.accounts, "b") != nil
                if runs == 1 { try await bench.decide { try $0.add(Samples.accounts, "b") } }
                guard isThere else { throw Refused(code: "again", isKnown: true) }
            }
            try expect(runs, equals: 2, "the runs of a command whose refusal no longer stands")
            _ = try await bench.log(2)
        },
        Check("What changes nothing and records nothing isn't committed, and a dry run leaves nothing") { bench in
            try await bench.decide { try $0.add(Samples.accounts, "a") }
            let before = try await bench.dump(names: ["name"])
            _ = try await bench.item(Samples.accounts, "a")
            let seen = try await bench.store().preview(in: Bench.tenant) { unit in
                try await unit.change(Samples.accounts, "a") { $0.amount = 5 }
                unit.take("name", for: Key("account", "a"))
                return try await unit.get(Samples.accounts, "a")?.document.amount
            }
            try expect(seen, equals: 5, "a dry run reads its own writes")
            try await expectThrown("a dry run refuses like the real one") {
                try await bench.store().preview(in: Bench.tenant) { _ in throw Refused(code: "no") }
            } _: {
                $0 as? Refused == Refused(code: "no")
            }
            try expect(try await bench.dump(names: ["name"]), equals: before, "nothing has happened")
            _ = try await bench.log(1)
        },
    ]
}
