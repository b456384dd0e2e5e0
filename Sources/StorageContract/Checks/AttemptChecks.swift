internal import EDM
internal import Storage

/// The only way to touch the outside: begin, effect, end.
extension EngineContract {
    static let attempts: [Check] = [
        Check("An attempt that ends in time completes its operation, and its deadline changes nothing any more") {
            bench in
            let store = bench.store(["work": Attempts.deadline])
            let attempt = try await Attempts.begin(store)
            try expect(try await Attempts.end(store, attempt), "the attempt was current")
            try await bench.advance(by: .hours(2))
            try await store.settleOverdue(limit: .max)
            let operation = try await bench.item(Samples.operations, "o")
            try expect(operation?.document.status, equals: .completed, "the status")
            try expect(operation?.document.group, equals: "ok", "the outcome")
            try expect(
                try await bench.logTypes(3), equals: ["operation.added", "operation.changed", "operation.changed"],
                "the log")
        },
        Check("An attempt past its deadline ends as unknown, and its late end only adds an event") { bench in
            let store = bench.store(["work": Attempts.deadline])
            let attempt = try await Attempts.begin(store)
            try await bench.advance(by: .hours(2))
            try await store.settleOverdue(limit: .max)
            let before = try await bench.item(Samples.operations, "o")
            try expect(before?.document.group, equals: "unknown", "the outcome at the deadline")
            try expect(try await !Attempts.end(store, attempt), "the attempt was no longer current")
            let after = try await bench.item(Samples.operations, "o")
            try expect(after?.version, equals: before?.version, "the late end leaves the operation alone")
            try expect(
                try await bench.logTypes(4),
                equals: ["operation.added", "operation.changed", "operation.changed", "attempt.endedLate"], "the log")
        },
        Check("An end and its deadline meet: one of them decides") { bench in
            let store = bench.store(["work": Attempts.deadline])
            let attempt = try await Attempts.begin(store)
            var runs = 0
            let isCurrent = try await store.decide(in: Bench.tenant) { unit in
                runs += 1
                let isCurrent = try await Attempts.end(in: &unit, attempt)
                if runs == 1 {
                    try await bench.advance(by: .hours(2))
                    try await store.settleOverdue(limit: .max)
                }
                return isCurrent
            }
            try expect(runs, equals: 2, "the runs of the end")
            try expect(!isCurrent, "the attempt was no longer current")
            try expect(try await bench.item(Samples.operations, "o")?.document.group, equals: "unknown", "the outcome")
        },
        Check("Two nodes begin one operation: one of them attempts it") { bench in
            let store = bench.store(["work": Attempts.deadline])
            try await bench.decide { try $0.add(Samples.operations, "o") }
            try await expectThrown("the slower one is refused") {
                _ = try await bench.race(
                    { try await Attempts.begin(in: &$0) },
                    against: {
                        try await store.decide(in: Bench.tenant) { _ = try await Attempts.begin(in: &$0) }
                    })
            } _: {
                $0 as? Refused == Refused(code: "alreadyAttempted")
            }
        },
    ]
}

private enum Attempts {
    static func begin(_ store: Store) async throws -> String {
        try await store.decide(in: Bench.tenant) { try $0.add(Samples.operations, "o") }
        return try await store.decide(in: Bench.tenant) { try await begin(in: &$0) }
    }

    static func begin(in unit: inout UnitOfWork) async throws -> String {
        guard try await unit.get(Samples.operations, "o")?.document.status == .open else {
            throw Refused(code: "alreadyAttempted")
        }
        let attempt = unit.newID()
        try await unit.change(Samples.operations, "o") {
            $0.status = .attempting; $0.remark = attempt
        }
        try await unit.wake("attempt-o", command: "deadline", at: unit.now + .hours(1), subject: "o", cursor: attempt)
        return attempt
    }

    static func end(_ store: Store, _ attempt: String) async throws -> Bool {
        try await store.decide(in: Bench.tenant) { try await end(in: &$0, attempt) }
    }

    /// - Returns: whether the attempt was current.
    static func end(in unit: inout UnitOfWork, _ attempt: String) async throws -> Bool {
        let operation = try await unit.get(Samples.operations, "o")
        guard operation?.document.status == .attempting, operation?.document.remark == attempt else {
            try unit.record(.sample("attempt.endedLate", Key("operation", "o")))
            return false
        }
        try await unit.change(Samples.operations, "o") {
            $0.status = .completed; $0.group = "ok"
        }
        if let work = try await unit.get(Work.kind, "attempt-o") { unit.delete(work) }
        return true
    }

    /// The deadline of a gated operation: it may not be attempted again.
    static let deadline: Store.Settler = { unit, id in
        guard let work = try await unit.get(Work.kind, id) else { return }
        unit.delete(work)
        try await unit.change(Samples.operations, "o") {
            $0.status = .completed; $0.group = "unknown"
        }
    }
}
