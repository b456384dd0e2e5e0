internal import EDM
internal import JSON
internal import Storage

/// Facts that are kept between answers.
extension EngineContract {
    static let facts: [Check] = [
        Check("A fact is kept while what it was read from is as it was, and read anew when any of it has changed") {
            bench in
            let store = bench.store()
            for (index, change) in Change.allCases.enumerated() {
                let tenant = "tenant \(index)"
                try await Change.begin(on: bench, tenant)
                let reads = Counter()
                let first = try await read(store, tenant, reads)
                try await bench.decide(in: tenant) { try $0.add(Samples.accounts, "unrelated") }
                try expect(try await read(store, tenant, reads), equals: first, "the same fact")
                try expect(try await store.answer { try await read($0, tenant, reads) }, equals: first, "the same fact")
                try expect(reads.count, equals: 1, "how often the fact was read before \(change)")
                try await change.happen(on: bench, tenant)
                let second = try await read(store, tenant, reads)
                try expect(second != first, "another fact after \(change), not \(second)")
                try expect(try await read(store, tenant, reads), equals: second, "the new fact")
                try expect(reads.count, equals: 2, "how often the fact was read after \(change)")
            }
        },
        Check("A fact is gone when its window has passed") { bench in
            let store = bench.store()
            let end = try await bench.engine.now() + .hours(1)
            let reads = Counter()
            func isValid() async throws -> Bool {
                try await store.cached("valid", for: "somebody", in: Bench.tenant) { unit in
                    reads.next()
                    guard unit.now < end else { return false }
                    unit.stands(until: end)
                    return true
                }
            }
            for _ in 0..<2 { try expect(try await isValid(), "the fact before its end") }
            try expect(reads.count, equals: 1, "how often it was read")
            try await bench.engine.setClock(end)
            try expect(try await !isValid(), "another fact from its end on")
        },
        Check("What one node has changed, another's next answer doesn't take from what it kept", .production) { bench in
            let here = bench.store()
            let there = bench.store(on: try await bench.anotherNode())
            try await here.decide(in: Bench.tenant) { try $0.add(Samples.accounts, "somebody", amount: 1) }
            for round in 0..<10 {
                let isEnabled = round.isMultiple(of: 2)
                func standing() async throws -> Bool {
                    try await there.cached("isEnabled", for: "somebody", in: Bench.tenant) { unit in
                        try await unit.get(Samples.accounts, "somebody")?.document.amount == 1
                    }
                }
                try expect(try await standing(), equals: isEnabled, "whether it is enabled in round \(round)")
                try await here.decide(in: Bench.tenant) { unit in
                    _ = try await unit.change(Samples.accounts, "somebody") { $0.amount = isEnabled ? 0 : 1 }
                }
                try expect(try await standing(), equals: !isEnabled, "whether it is enabled after the change")
            }
        },
        Check("An answer never joins a fact from before a commit with a document from after it") { bench in
            let store = bench.store()
            try await bench.decide { unit in
                try unit.add(Samples.accounts, "fact")
                try unit.add(Samples.grants, "row", status: .on)
            }
            for round in 0..<5 {
                var runs = 0
                let (fact, row) = try await store.answer { store in
                    runs += 1
                    let fact = try await store.cached("amount", for: "fact", in: Bench.tenant) { unit in
                        try await unit.get(Samples.accounts, "fact")?.document.amount
                    }
                    if runs == 1 {
                        try await bench.decide { unit in
                            _ = try await unit.change(Samples.accounts, "fact") { $0.amount += 1 }
                            _ = try await unit.change(Samples.grants, "row") { $0.amount += 1 }
                        }
                    }
                    let row = try await store.preview(in: Bench.tenant) { unit in
                        try await unit.get(Samples.grants, "row")?.document.amount
                    }
                    return (fact, row)
                }
                try expect(fact, equals: row, "fact and document of one state in round \(round)")
            }
        },
        Check("A refusal that a fact has led to is checked like an answer") { bench in
            let store = bench.store()
            try await bench.decide { try $0.add(Samples.accounts, "somebody", amount: 0) }
            func enter() async throws {
                try await store.answer { store in
                    let isEnabled = try await store.cached("isEnabled", for: "somebody", in: Bench.tenant) { unit in
                        try await unit.get(Samples.accounts, "somebody")?.document.amount == 1
                    }
                    if !isEnabled { throw Refused(code: "disabled") }
                }
            }
            try await expectThrown("a refusal", enter) { $0 as? Refused == Refused(code: "disabled") }
            try await bench.decide { unit in
                _ = try await unit.change(Samples.accounts, "somebody") { $0.amount = 1 }
            }
            try await enter()
        },
    ]

    /// A fact that rests on documents, an absence, a guarded value and a name.
    private static func read(_ store: Store, _ tenant: String, _ reads: Counter) async throws -> String {
        try await store.cached("everything", for: "somebody", in: tenant) { unit in
            reads.next()
            let amount = try await unit.get(Samples.accounts, "read")?.document.amount
            let absent = try await unit.get(Samples.accounts, "absent")?.id
            let members = try await unit.all(Samples.groups, of: Samples.switches, "g").map(\.document.amount)
            let holder = try await unit.holder(of: "held")
            return "\(amount ?? -1) \(absent ?? "-") \(members) \(holder?.description ?? "-")"
        }
    }

    /// What can change of what that fact rests on.
    private enum Change: CaseIterable {
        case changedDocument, deletedDocument, createdDocument, changedMember, addedMember, removedMember, releasedName

        static func begin(on bench: Bench, _ tenant: String) async throws {
            try await bench.decide(in: tenant) { unit in
                try unit.add(Samples.accounts, "read")
                try unit.add(Samples.switches, "member", group: "g")
                unit.take("held", for: Key("account", "read"))
            }
        }

        func happen(on bench: Bench, _ tenant: String) async throws {
            try await bench.decide(in: tenant) { unit in
                switch self {
                case .changedDocument: try await unit.change(Samples.accounts, "read") { $0.amount += 1 }
                case .deletedDocument: try await unit.remove(Samples.accounts, "read")
                case .createdDocument: try unit.add(Samples.accounts, "absent")
                case .changedMember: try await unit.change(Samples.switches, "member") { $0.amount += 1 }
                case .addedMember: try unit.add(Samples.switches, "another", group: "g")
                case .removedMember: try await unit.remove(Samples.switches, "member")
                case .releasedName:
                    unit.release("held", from: Key("account", "read"))
                    try unit.record(.sample("released"))
                }
            }
        }
    }
}
