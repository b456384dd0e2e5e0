import EDM
import Storage
import Synchronization
import Testing

@testable import StoragePostgres

/// What a node makes of readings and of commits' instants, in the orders in which they can arrive.
@Suite struct StoreClockTests {
    /// Monotonic time that a test moves.
    final class Monotonic: Sendable {
        private let instant = Mutex(ContinuousClock.now)
        var now: ContinuousClock.Instant { instant.withLock { $0 } }
        func pass(_ duration: Duration) { instant.withLock { $0 += duration } }
    }

    let monotonic: Monotonic
    let clock: StoreClock
    let start = Instant(microseconds: 1_790_000_000_000_000)

    init() {
        let monotonic = Monotonic()
        self.monotonic = monotonic
        clock = StoreClock { monotonic.now }
    }

    /// A reading that is asked for, takes its way, and arrives.
    func read(_ instant: Instant) throws {
        let wanted = try #require(clock.wanted)
        monotonic.pass(.milliseconds(1))
        clock.observe(instant, wanted: wanted)
        monotonic.pass(.milliseconds(1))
    }

    /// A commit's answer arrives.
    func commit(at instant: Instant) {
        clock.raise(to: instant, generation: clock.generation)
        monotonic.pass(.milliseconds(1))
    }

    @Test("A reading counts for half a second and runs on meanwhile")
    func ages() throws {
        #expect(try clock.now() == nil)
        try read(start)
        #expect(clock.wanted == nil)
        #expect(try clock.now() == start + .milliseconds(1))
        monotonic.pass(.milliseconds(499))
        #expect(clock.wanted == nil)
        monotonic.pass(.milliseconds(1))
        #expect(clock.wanted != nil)
    }

    @Test("A commit that saw a clock that has been moved makes the older reading be read again, and is believed")
    func movedClock() throws {
        try read(start)
        commit(at: start + .hours(1))
        #expect(try clock.now() == nil)
        try read(start + .hours(1) + .milliseconds(1))
        #expect(try clock.now() == start + .hours(1) + .milliseconds(2))
    }

    @Test("A reading that was asked for before the commit was told isn't held against it")
    func readingUnderWay() throws {
        try read(start)
        monotonic.pass(.seconds(1))
        let wanted = try #require(clock.wanted)
        monotonic.pass(.milliseconds(1))
        commit(at: start + .hours(1))
        clock.observe(start + .seconds(1), wanted: wanted)
        #expect(try clock.now() == nil)
        try read(start + .hours(1) + .milliseconds(5))
        #expect(try clock.now() == start + .hours(1) + .milliseconds(6))
    }

    @Test("A clock that is moved twice in a row is read once more for each commit that saw it")
    func movedTwice() throws {
        try read(start)
        commit(at: start + .hours(1))
        let wanted = try #require(clock.wanted)
        monotonic.pass(.milliseconds(1))
        commit(at: start + .hours(2))
        clock.observe(start + .hours(1), wanted: wanted)
        #expect(try clock.now() == nil)
        try read(start + .hours(2) + .milliseconds(5))
        #expect(try clock.now() == start + .hours(2) + .milliseconds(6))
    }

    @Test("A clock that is behind in a reading of its own too has been set back: nothing is decided until it caught up")
    func setBack() throws {
        try read(start)
        commit(at: start + .hours(1))
        try read(start + .hours(1) - .milliseconds(5_002))
        #expect(throws: StorageError.self) { try clock.now() }
        #expect(clock.wanted == nil, "one new reading is enough")
        #expect(throws: StorageError.self) { try clock.now() }
        monotonic.pass(.milliseconds(600))
        try read(start + .hours(1) - .milliseconds(4_402))
        #expect(try clock.now() == start + .hours(1), "it never runs backwards")
    }

    @Test("A clock that is set back after it was read is refused at the next reading")
    func setBackLater() throws {
        try read(start)
        _ = try clock.now()
        monotonic.pass(.milliseconds(600))
        try read(start - .seconds(60))
        #expect(throws: StorageError.self) { try clock.now() }
    }

    @Test("Of readings that were under way together the first to arrive counts")
    func together() throws {
        let wanted = try #require(clock.wanted)
        let later = try #require(clock.wanted)
        monotonic.pass(.milliseconds(1))
        clock.observe(start + .milliseconds(1), wanted: later)
        clock.observe(start, wanted: wanted)
        #expect(try clock.now() == start + .milliseconds(1))
    }

    @Test("A clock that we have moved is read anew, and never says less than what was said before")
    func movedByUs() throws {
        try read(start)
        monotonic.pass(.seconds(1))
        let early = try #require(clock.wanted)
        monotonic.pass(.milliseconds(1))
        clock.move()
        clock.observe(start + .seconds(1), wanted: early)
        #expect(try clock.now() == nil, "it was asked for before the move")
        monotonic.pass(.milliseconds(1))
        // A commit that began before the move and saw it; then a reading whose answer took its time.
        commit(at: start + .hours(1) + .milliseconds(9))
        try read(start + .hours(1))
        #expect(try clock.now() == start + .hours(1) + .milliseconds(9))
        clock.move()
        monotonic.pass(.milliseconds(1))
        try read(start + .hours(1) + .milliseconds(4))
        #expect(try clock.now() == start + .hours(1) + .milliseconds(9))
    }

    @Test("After time has begun anew, nothing from before counts")
    func forgets() throws {
        try read(start + .hours(5))
        monotonic.pass(.seconds(1))
        let (wanted, generation) = (try #require(clock.wanted), clock.generation)
        clock.forget()
        clock.observe(start + .hours(5), wanted: wanted)
        clock.raise(to: start + .hours(5), generation: generation)
        #expect(try clock.now() == nil)
        try read(start)
        #expect(try clock.now() == start + .milliseconds(1))
    }
}

extension PostgresTests {
    @Suite struct ClockTests {
        @Test(
            "The clock can be read and committed by at any time, also while it is being moved",
            arguments: ["pool=1", "pool=8"])
        func movedClock(parameters: String) async throws {
            try await withEngine(parameters, stamp: .emulator) { engine, _ in
                let start = try await engine.now()
                let end = start + .hours(300)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        group.addTask { while try await engine.now() < end { await Task.yield() } }
                    }
                    for number in 0..<3 {
                        group.addTask {
                            var count = 0
                            while try await engine.now() < end {
                                count += 1
                                try await engine.put(widget("w\(number)-\(count)"))
                            }
                        }
                    }
                    for hours in Int64(1)...300 { try await engine.setClock(start + .hours(hours)) }
                    try await group.waitForAll()
                }
            }
        }

        @Test("Of two who move the clock at once, the later instant counts, and no third")
        func movedByTwo() async throws {
            try await withEngine("pool=8", stamp: .emulator) { engine, _ in
                let start = try await engine.now()
                for hours in Int64(1)...50 {
                    let instants = [start + .hours(hours * 10), start + .hours(hours * 10 + 5)]
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for instant in instants { group.addTask { try await engine.setClock(instant) } }
                        try await group.waitForAll()
                    }
                    let now = try await engine.now()
                    #expect(now >= instants[1] && now < instants[1] + .seconds(60), "\(now)")
                }
            }
        }

        @Test("A server's clock that is behind what was committed is read once more, and then nothing is decided")
        func setBack() async throws {
            try await withEngine { engine, database in
                try await engine.put(widget("w1"))
                _ = try await engine.now()
                // What a commit by a clock an hour ahead has left behind: the next one is dated after it.
                try TestServer.execute("UPDATE changes SET at = at + 3600000000", in: database)
                let changes = try await engine.changes { try $0.put(widget("w2")) }
                guard case .committed = await engine.commit(changes) else { Issue.record("not committed"); return }
                await #expect(throws: StorageError.self) { try await engine.now() }
                try TestServer.execute("UPDATE changes SET at = at - 3600000000", in: database)
                let other = try await open(database)
                _ = try await other.now()
                await other.close()
            }
        }
    }
}
