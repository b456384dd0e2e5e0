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
        Check("Every engine on a database sees its clock move") { bench in
            let other = try await bench.anotherEngine()
            let target = try await bench.advance(by: .days(3))
            try expect(try await other.now() >= target, "the other engine's clock")
            let outcome = await other.commit(
                try await bench.changeSet { unit in
                    unit.stands(from: target)
                    try unit.add(Samples.accounts, "a")
                })
            guard case .committed(let instant) = outcome else {
                throw ContractViolation("Expected: a commit from that instant on. Found \(outcome).")
            }
            try expect(instant >= target, "the instant of the commit")
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
                case .conflict(.window): try expect(!isIn, "a commit from \(from, default: "ever") until \(until, default: "ever")")
                case let outcome: throw ContractViolation("Expected: committed or a conflict of the window. Found \(outcome).")
                }
            }
            _ = try await bench.log(committed)
        },
    ]
}
