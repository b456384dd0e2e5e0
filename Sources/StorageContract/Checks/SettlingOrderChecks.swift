internal import EDM
internal import JSON
internal import Storage

extension EngineContract {
    static let settlingOrder: [Check] = [
        Check("A document settles at its very instant, not a microsecond before") { bench in
            let due = try await bench.engine.now() + .hours(1)
            try await bench.decide { try $0.add(Samples.requests, "r", deadlines: [due]) }
            try await bench.engine.setClock(due + .hours(1))
            let microsecond = Duration.microseconds(1)
            for (instant, count) in [(due - microsecond, 0), (due, 1), (due + microsecond, 1)] {
                let overdue = try await bench.engine.overdue(at: instant, tenant: nil, kind: nil, limit: 10)
                try expect(overdue.count, equals: count, "what is overdue at \(instant), due at \(due)")
            }
            let early = StoppedEngine(inner: bench.engine, instant: due - microsecond)
            let before = try await bench.store(["request": expireRequest], on: early).decide(in: Bench.tenant) { unit in
                try await unit.get(Samples.requests, "r")?.document.status
            }
            try expect(before, equals: .open, "the status a microsecond before")
            let exact = StoppedEngine(inner: bench.engine, instant: due)
            let at = try await bench.store(["request": expireRequest], on: exact).decide(in: Bench.tenant) { unit in
                try await unit.get(Samples.requests, "r")?.document.status
            }
            try expect(at, equals: .expired, "the status at the instant")
        },
        Check("What is overdue comes by its instant, then by tenant and key, and nothing else comes") { bench in
            let now = try await bench.engine.now()
            var wanted: [Overdue] = []
            for (index, minutes) in [5, 3, 9, 3, 1, 7].enumerated() {
                for tenant in [Bench.otherTenant, Bench.tenant] {
                    let due = now + .seconds(Int64(minutes * 60))
                    try await bench.decide(in: tenant) { unit in
                        try unit.add(Samples.requests, "r\(9 - index)", deadlines: [due])
                        try unit.add(Samples.operations, "o\(index)", deadlines: [due])
                        try unit.add(Samples.accounts, "never \(index)")
                    }
                    wanted.append(Overdue(tenant: tenant, key: Key("request", "r\(9 - index)"), settlesAt: due))
                    wanted.append(Overdue(tenant: tenant, key: Key("operation", "o\(index)"), settlesAt: due))
                }
            }
            wanted.sort { ($0.settlesAt, $0.tenant, $0.key) < ($1.settlesAt, $1.tenant, $1.key) }
            let at = now + .seconds(7 * 60)
            let due = wanted.filter { $0.settlesAt <= at }
            let all = try await bench.engine.overdue(at: at, tenant: nil, kind: nil, limit: 100)
            try expect(all, equals: due, "all that is overdue")
            let first = try await bench.engine.overdue(at: at, tenant: nil, kind: nil, limit: 5)
            try expect(first, equals: Array(due.prefix(5)), "the first five")
            let some = try await bench.engine.overdue(at: at, tenant: Bench.tenant, kind: "request", limit: 3)
            let ofKind = due.filter { $0.tenant == Bench.tenant && $0.key.kind == "request" }
            try expect(some, equals: Array(ofKind.prefix(3)), "the first three of a tenant and kind")
        },
        Check("Documents settle in the order of their instants") { bench in
            let store = bench.store(["request": expireRequest])
            let now = try await bench.engine.now()
            let minutes: [Int64] = [50, 20, 40, 10, 30]
            try await bench.decide { unit in
                for minute in minutes {
                    try unit.add(Samples.requests, "\(minute)", deadlines: [now + .seconds(minute * 60)])
                }
            }
            try await bench.advance(by: .hours(1))
            try expect(try await store.settleOverdue(limit: 3), equals: 3, "what was settled of what was asked for")
            try expect(try await store.settleOverdue(limit: .max), equals: 2, "the rest")
            let subjects = try await bench.log(10).suffix(5).map { try $0.facts["subject"]?.string }
            try expect(
                subjects, equals: ["10", "20", "30", "40", "50"].map { "request/\($0)" }, "what expired, in order")
        },
        Check("The next settling is the earliest of all documents, in every tenant") { bench in
            try expect(try await bench.engine.nextSettling(), equals: nil, "nothing is to come")
            let now = try await bench.engine.now()
            try await bench.decide { try $0.add(Samples.requests, "late", deadlines: [now + .hours(5)]) }
            try await bench.decide(in: Bench.otherTenant) {
                try $0.add(Samples.operations, "soon", deadlines: [now + .hours(2)])
            }
            try expect(try await bench.engine.nextSettling(), equals: now + .hours(2), "the next settling")
            try await bench.decide(in: Bench.otherTenant) { try await $0.remove(Samples.operations, "soon") }
            try expect(try await bench.engine.nextSettling(), equals: now + .hours(5), "the next one after a removal")
            try await bench.decide {
                try await $0.change(Samples.requests, "late") { $0.deadlines = [now + .hours(3)] }
            }
            try expect(try await bench.engine.nextSettling(), equals: now + .hours(3), "the next one after a change")
        },
        Check("A settler that meets several deadlines at once records them all, in their order") { bench in
            let now = try await bench.engine.now()
            let deadlines = [1, 2, 3, 10].map { now + .hours($0) }
            try await bench.decide { try $0.add(Samples.operations, "o", deadlines: deadlines) }
            try await bench.advance(by: .hours(4))
            let store = bench.store([
                "operation": { unit, id in
                    guard var item = try await unit.get(Samples.operations, id) else { return }
                    while let due = item.document.deadlines.first, due <= unit.now {
                        item.document.deadlines.removeFirst()
                        try unit.record(.sample("escalated", item.key, facts: JSONObject([("due", due.json)])))
                    }
                    guard item.settlesAt != item.document.deadlines.first else { return }
                    item.settlesAt = item.document.deadlines.first
                    try unit.put(item)
                }
            ])
            try await store.settleOverdue(limit: .max)
            let due = try await bench.log(4).dropFirst().map { try $0.facts[path: ["facts", "due"]] }
            try expect(due, equals: deadlines.prefix(3).map(\.json), "the transitions")
            try expect(try await bench.engine.nextSettling(), equals: deadlines[3], "the deadline that is left")
        },
        Check("One document that can't be settled doesn't stop the time of the others") { bench in
            try await addRequests(3, due: .hours(1), on: bench)
            try await bench.advance(by: .hours(1))
            let store = bench.store([
                "request": { unit, id in
                    if id == "0" { throw StorageError.corrupt(Key("request", id), "planted") }
                    try await expireRequest(&unit, id)
                }
            ])
            try await store.settleOverdue(limit: .max)
            let left = try await bench.engine.overdue(
                at: try await bench.engine.now(), tenant: nil, kind: nil, limit: 10)
            try expect(left.map(\.key), equals: [Key("request", "0")], "what is left")
        },
    ]
}
