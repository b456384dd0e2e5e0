internal import EDM
internal import JSON
internal import Storage

/// What one cause does to many documents: mark first, then page with a cursor.
extension EngineContract {
    static let continuations: [Check] = [
        Check("A continuation ends a large set page by page, and nothing joins the set meanwhile") { bench in
            let store = bench.store(["work": Ending.page])
            try await Ending.fill(bench, count: 25)
            try await Ending.begin(store)
            try await expectThrown("nobody joins what is ending") {
                try await Ending.join(store, "late")
            } _: {
                $0 as? Refused == Refused(code: "ending")
            }
            try await store.settleOverdue(limit: .max)
            let left = try await bench.engine.all(IndexValue("group", "g"), tenant: Bench.tenant, limit: 100).rows
            try expect(left.count, equals: 0, "what is left of the set")
            try expect(try await bench.item(Samples.bases, "g")?.document.status, equals: .ended, "the cause")
            let work = try await bench.engine.count(Query(Work.kind, tenant: Bench.tenant, visibility: .all))
            try expect(work, equals: 0, "work that is left")
            // 1 filling, 1 mark, 1 refusal, and pages of 10, 10 and 5 with the end.
            let ended = try await bench.log(25 + 1 + 1 + 1 + 25 + 1).filter { try $0.facts["type"] == "select.changed" }
            try expect(Set(ended.map(\.change)).count, equals: 3, "the pages")
            try expect(Set(try ended.map { try $0.facts["subject"]?.string }).count, equals: 25, "each was ended once")
        },
        Check("Of two nodes that run one page of a continuation one wins", .production) { bench in
            try await Ending.fill(bench, count: 25)
            let other = bench.store(["work": Ending.page], on: try await bench.anotherNode())
            let runs = Counter()
            let slow = bench.store([
                "work": { unit, id in
                    _ = try await unit.get(Work.kind, id)
                    if runs.next() == 1 { try await other.settle(Key("work", id), in: Bench.tenant) }
                    try await Ending.page(&unit, id)
                }
            ])
            try await Ending.begin(slow)
            try await slow.settle(Key("work", "end-g"), in: Bench.tenant)
            try expect(runs.count, equals: 2, "the runs of the slower node's first page")
            let left = try await bench.engine.all(IndexValue("group", "g"), tenant: Bench.tenant, limit: 100).rows
            try expect(left.count, equals: 5, "what is left after one page of each")
            try await other.settleOverdue(limit: .max)
            let changed = try await bench.log(25 + 1 + 1 + 25 + 1).filter { try $0.facts["type"] == "select.changed" }
            try expect(
                Set(try changed.map { try $0.facts["subject"]?.string }).count, equals: 25, "each was ended once")
        },
        Check("Work of one id is replaced, and waits for its new instant") { bench in
            let now = try await bench.engine.now()
            try await bench.decide { unit in
                try await unit.wake("w", command: "one", at: now + .hours(1), cursor: "c")
                try unit.record(.sample("woken"))
            }
            try await bench.decide { unit in
                try await unit.wake("w", command: "two", at: now + .hours(2), subject: "s")
                try unit.record(.sample("woken"))
            }
            let row = try await bench.decide { try await $0.get(Work.kind, "w") }
            try expect(row?.document.name, equals: "two", "the command")
            try expect(row?.document.cursor, equals: nil, "the cursor")
            try expect(row?.document.subject, equals: "s", "the subject")
            try expect(try await bench.engine.nextSettling(), equals: now + .hours(2), "the instant")
            try await bench.engine.setClock(now + .hours(1))
            let overdue = try await bench.engine.overdue(at: now + .hours(1), tenant: nil, kind: nil, limit: 10)
            try expect(overdue, equals: [], "nothing is due at the instant that was replaced")
        },
        Check("Messages of one change set keep their order in their stream") { bench in
            try await bench.decide { unit in
                for index in Int64(0)..<20 {
                    try unit.deliver("mail", stream: "s", body: ["id": .integer(index), "type": "x"])
                }
                try unit.record(.sample("delivered"))
            }
            let order = ["stream", "createdDateTime", "number"].map { name in
                Query.Order(
                    Field(path: [name], type: name == "number" ? .integer : name == "stream" ? .text : .instant))
            }
            let rows = try await bench.engine.read(
                Query(Delivery.kind, tenant: Bench.tenant, visibility: .all, order: order))
            let bodies = try rows.map {
                try JSONReader.read($0.document, limits: .stored)[path: ["body", "id"]]?.integer
            }
            try expect(bodies, equals: Array(0..<20), "the messages in the order of the command")
        },
    ]
}

/// The end of a group: its base is marked, which everything that joins reads, and pages of ten of its members end.
private enum Ending {
    static func fill(_ bench: Bench, count: Int) async throws {
        try await bench.decide { unit in
            try unit.add(Samples.bases, "g")
            for index in 0..<count { try unit.add(Samples.switches, "\(index)", group: "g") }
        }
    }

    static func begin(_ store: Store) async throws {
        try await store.decide(in: Bench.tenant) { unit in
            try await unit.change(Samples.bases, "g") { $0.status = .off }
            try await unit.wake("end-g", command: "end", at: unit.now, subject: "g")
        }
    }

    static func join(_ store: Store, _ id: String) async throws {
        try await store.decide(in: Bench.tenant) { unit in
            guard try await unit.get(Samples.bases, "g")?.document.status == .open else {
                throw Refused(code: "ending")
            }
            try unit.add(Samples.switches, id, group: "g")
        }
    }

    /// One page; in the same change set the cursor moves, or the work ends.
    static let page: Store.Settler = { unit, id in
        guard let work = try await unit.get(Work.kind, id), let group = work.document.subject else { return }
        let members = try await unit.all(Samples.groups, of: Samples.switches, group)
        for member in members.prefix(10) {
            try await unit.change(Samples.switches, member.id) {
                $0.group = nil; $0.status = .ended
            }
        }
        guard let last = members.prefix(10).last, members.count > 10 else {
            try await unit.change(Samples.bases, group) { $0.status = .ended }
            return unit.delete(work)
        }
        try await unit.wake(id, command: "end", at: unit.now, subject: group, cursor: last.id)
    }
}
