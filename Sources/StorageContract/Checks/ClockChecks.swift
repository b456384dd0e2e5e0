internal import EDM
internal import Storage

extension EngineContract {
    static let clock: [Check] = [
        Check("The clock moves forward, keeps running from there, and never goes back") { bench in
            let start = try await bench.engine.now()
            try await bench.engine.setClock(start + .days(400))
            let moved = try await bench.engine.now()
            try expect(moved >= start + .days(400), "the clock has moved")
            try expect(moved < start + .days(401), "the clock hasn't run away")
            // Whether it is refused or ignored is the engine's choice.
            try? await bench.engine.setClock(start)
            var last = moved
            for _ in 0..<20 {
                let now = try await bench.engine.now()
                try expect(now >= last, "an instant from \(last) on, not \(now)")
                last = now
            }
        },
        Check("The clock can be read at any time, also while it is being moved") { bench in
            let start = try await bench.engine.now()
            let end = start + .hours(100)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var last = start
                        while last < end {
                            let now = try await bench.engine.now()
                            try expect(now >= last, "an instant from \(last) on, not \(now)")
                            last = now
                            // Whoever moves the clock needs a thread too.
                            await Task.yield()
                        }
                    }
                }
                for hours in Int64(1)...100 { try await bench.engine.setClock(start + .hours(hours)) }
                try await group.waitForAll()
            }
        },
        Check("What was committed is there after a stop and a start, and the moved clock goes on") { bench in
            let odd = try OddThings(50, seed: 15)
            try await odd.put(on: bench)
            try await bench.decide { unit in
                try unit.add(Samples.switches, "s", group: "g", deadlines: [unit.now + .days(400)])
                unit.take("name", for: Key("select", "s"))
            }
            let moved = try await bench.advance(by: .days(100))
            let before = try await bench.dump(names: ["name"])
            let log = try await bench.log(2)
            guard let again = try await bench.restarted() else { return }
            try expect(try await again.dump(names: ["name"]), equals: before, "what can be seen")
            try expect(try await again.log(2), equals: log, "the log")
            try expect(try await again.engine.now() >= moved, "the clock")
            try await again.decide { try $0.add(Samples.switches, "s2", group: "g") }
            _ = try await again.log(3)
        },
        Check("The window is compared with the store's clock, and its end is outside") { bench in
            let now = try await bench.engine.now()
            func commit(from: Instant?, until: Instant?) async throws -> CommitOutcome {
                await bench.engine.commit(
                    try await bench.changeSet { unit in
                        if let from { unit.stands(from: from) }
                        if let until { unit.stands(until: until) }
                        try unit.record(.sample("windowed"))
                    })
            }
            try await bench.engine.setClock(now + .hours(10))
            let cases: [(Instant?, Instant?, Bool)] = [
                (nil, nil, true), (now, nil, true), (nil, now + .hours(20), true), (now, now + .hours(20), true),
                (now + .hours(20), nil, false), (nil, now + .hours(10), false), (nil, now, false),
                (now + .hours(20), now + .hours(30), false),
            ]
            var committed = 0
            for (from, until, isIn) in cases {
                switch try await commit(from: from, until: until) {
                case .committed:
                    committed += 1
                    try expect(isIn, "no commit from \(from, default: "ever") until \(until, default: "ever")")
                case .conflict(.window):
                    try expect(!isIn, "a commit from \(from, default: "ever") until \(until, default: "ever")")
                case let outcome:
                    throw ContractViolation("Expected: committed or a conflict of the window. Found \(outcome).")
                }
            }
            _ = try await bench.log(committed)
        },
    ]
}
