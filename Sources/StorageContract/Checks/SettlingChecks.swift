internal import EDM
internal import JSON
internal import Storage

/// Documents that change by themselves: whoever meets one whose time has come settles it first.
extension EngineContract {
    static let settling: [Check] = [
        Check("A point read settles its document first, and only that") { bench in
            let store = bench.store(["request": expireRequest])
            try await addRequests(2, due: .hours(1), on: bench)
            try await bench.advance(by: .hours(1))
            let row = try await store.read(Samples.requests, "0", tenant: Bench.tenant, visibility: .all)
            try expect(try row.map(status), equals: .expired, "the status of the document that was read")
            try expect(row?.settlesAt, equals: nil, "nothing is due any more")
            try expect(try await bench.logTypes(3).last, equals: "request.expired", "one of them has expired")
        },
        Check("A reader who may not see a document before its time sees it afterwards") { bench in
            let store = bench.store(["request": expireRequest])
            try await addRequests(1, due: .hours(1), on: bench)
            let expired = Visibility.union([.column(Field(path: ["status"], type: .text), in: [.text("expired")])])
            let before = try await store.read(Samples.requests, "0", tenant: Bench.tenant, visibility: expired)
            try expect(before, equals: nil, "an open request is hidden")
            try await bench.advance(by: .hours(1))
            let after = try await store.read(Samples.requests, "0", tenant: Bench.tenant, visibility: expired)
            try expect(after != nil, "the expired request is visible")
        },
        Check("A read of a collection settles what is due in it, up to 200 documents, and then reads") { bench in
            let store = bench.store(["request": expireRequest])
            try await addRequests(205, due: .hours(1), on: bench)
            try await bench.advance(by: .hours(1))
            let query = Query(
                Samples.requests, tenant: Bench.tenant, visibility: .all,
                filter: .compare(Field(path: ["status"], type: .text), .equal, .text("expired")))
            try expect(try await store.read(query).count, equals: 200, "the expired requests at the first read")
            try expect(try await store.count(query), equals: 205, "the expired requests at the second")
            _ = try await bench.log(410)
        },
        Check("A read of a collection leaves other kinds and tenants alone") { bench in
            let store = bench.store(["request": expireRequest, "operation": expireRequest])
            let due = try await bench.engine.now() + .hours(1)
            for tenant in [Bench.tenant, Bench.otherTenant] {
                try await bench.decide(in: tenant) { unit in
                    try unit.add(Samples.requests, "r", deadlines: [due])
                    try unit.add(Samples.operations, "o", deadlines: [due])
                }
            }
            try await bench.engine.setClock(due)
            _ = try await store.read(Query(Samples.requests, tenant: Bench.tenant, visibility: .all))
            let left = try await bench.engine.overdue(at: due, tenant: nil, kind: nil, limit: 10)
            try expect(
                left.map { "\($0.tenant) \($0.key)" },
                equals: [
                    "\(Bench.tenant) operation/o", "\(Bench.otherTenant) operation/o", "\(Bench.otherTenant) request/r",
                ], "what is still due")
        },
        Check("A command that meets an overdue document starts again on the settled one") { bench in
            let store = bench.store(["request": expireRequest])
            try await addRequests(1, due: .hours(1), on: bench)
            try await bench.advance(by: .hours(1))
            var runs = 0
            try await expectThrown("the command is refused") {
                try await store.decide(in: Bench.tenant) { unit in
                    runs += 1
                    let request = try await unit.get(Samples.requests, "0")
                    guard request?.document.status == .open else { throw Refused(code: "notOpen") }
                    try unit.record(.sample("approved"))
                }
            } _: {
                $0 as? Refused == Refused(code: "notOpen")
            }
            try expect(runs, equals: 2, "the runs of the command")
            try expect(
                try await bench.logTypes(3), equals: ["request.added", "request.expired", "refused.notOpen"], "the log")
        },
        Check("A command that meets an overdue holder of a name starts again, and the name is free") { bench in
            let store = bench.store(["request": expireRequest])
            try await addRequests(1, due: .hours(1), on: bench)
            try await bench.decide {
                $0.take("name", for: Key("request", "0")); try $0.record(.sample("taken"))
            }
            try await bench.advance(by: .hours(1))
            try await store.decide(in: Bench.tenant) { unit in
                guard try await unit.holder(of: "name") == nil else { throw Refused(code: "held") }
                unit.take("name", for: Key("request", "new"))
                try unit.add(Samples.requests, "new")
            }
            try expect(
                try await bench.logTypes(4), equals: ["request.added", "taken", "request.expired", "request.added"],
                "the log")
        },
        Check("A command that meets an overdue document under a value settles it first") { bench in
            let due = try await bench.engine.now() + .hours(1)
            let store = bench.store([
                "select": { unit, id in
                    guard let item = try await unit.get(Samples.switches, id), let settlesAt = item.settlesAt,
                        settlesAt <= unit.now
                    else { return }
                    try await unit.change(Samples.switches, id) {
                        $0.group = nil; $0.deadlines = []
                    }
                }
            ])
            try await bench.decide { unit in
                try unit.add(Samples.switches, "a", group: "g", deadlines: [due])
                try unit.add(Samples.switches, "b", group: "g", deadlines: [due + .hours(1)])
            }
            try await bench.engine.setClock(due)
            let ids = try await store.decide(in: Bench.tenant) { unit in
                try await unit.all(Samples.groups, of: Samples.switches, "g").map(\.id)
            }
            try expect(ids, equals: ["b"], "what is left under the value")
        },
        Check("Of two nodes that settle one document one records it, and the other finds it settled") { bench in
            try await addRequests(1, due: .hours(1), on: bench)
            try await bench.advance(by: .hours(1))
            let other = bench.store(["request": expireRequest], on: try await bench.anotherNode())
            let runs = Counter()
            let slow = bench.store([
                "request": { unit, id in
                    _ = try await unit.get(Samples.requests, id)
                    if runs.next() == 1 { try await other.settle(Key("request", id), in: Bench.tenant) }
                    try await expireRequest(&unit, id)
                }
            ])
            try await slow.settle(Key("request", "0"), in: Bench.tenant)
            try expect(runs.count, equals: 2, "the runs of the slower settler")
            try expect(try await bench.logTypes(2), equals: ["request.added", "request.expired"], "the log")
        },
    ]

    /// Open requests `0`, `1`, … that expire after a while.
    static func addRequests(_ count: Int, due: Duration, on bench: Bench) async throws {
        let deadline = try await bench.engine.now() + due
        var added = 0
        while added < count {
            let page = added..<min(count, added + 200)
            try await bench.decide { unit in
                for index in page { try unit.add(Samples.requests, "\(index)", deadlines: [deadline]) }
            }
            added = page.upperBound
        }
    }

    private static func status(_ row: ReadRow) throws -> ItemStatus {
        try Document<Item>(json: try JSONReader.read(row.document, limits: .stored)).status
    }
}
