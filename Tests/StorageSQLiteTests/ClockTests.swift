import EDM
import Foundation
import Synchronization
import Testing

@testable import Storage
@testable import StorageSQLite

/// A system clock that a test turns.
final class TestClock: Sendable {
    private let instant: Mutex<Instant>

    init(_ text: String) throws { instant = Mutex(try Instant(text)) }

    var now: Instant {
        get { instant.withLock { $0 } }
        set { instant.withLock { $0 = newValue } }
    }
}

@Suite("The guard of the clock")
struct ClockGuardTests {
    private let noon: Instant
    init() throws { noon = try Instant("2026-11-20T12:00:00Z") }

    @Test("The first reading after a start is trusted, however long the server was down")
    func firstReading() {
        var clock = ClockGuard(mark: noon)
        #expect(clock.observe(system: noon + .days(30), monotonic: .seconds(1)) == .trusted(noon + .days(30)))
    }

    @Test("A step back of up to five seconds stands still; a longer one is refused until the clock is right again")
    func behind() {
        var clock = ClockGuard(mark: noon)
        #expect(clock.observe(system: noon - .seconds(5), monotonic: .zero) == .trusted(noon))
        #expect(clock.observe(system: noon - .seconds(6), monotonic: .zero) == .behind(.seconds(6)))
        #expect(clock.observe(system: noon - .hours(1), monotonic: .seconds(10)) == .behind(.hours(1)))
        #expect(clock.observe(system: noon + .seconds(1), monotonic: .seconds(11)) == .trusted(noon + .seconds(1)))
    }

    @Test("A step of more than ten minutes beyond the time that has passed is refused, and changes nothing")
    func ahead() {
        var clock = ClockGuard(mark: noon)
        #expect(clock.observe(system: noon, monotonic: .seconds(100)) == .trusted(noon))
        let allowed = noon + .hours(2) + .seconds(600)
        #expect(clock.observe(system: allowed + .seconds(1), monotonic: .seconds(7300)) == .ahead(.seconds(601)))
        #expect(clock.mark == noon)
        #expect(clock.observe(system: allowed, monotonic: .seconds(7300)) == .trusted(allowed))
    }

    @Test("A confirmed time ahead is taken as it is")
    func confirmedAhead() {
        var clock = ClockGuard(mark: noon)
        _ = clock.observe(system: noon, monotonic: .zero)
        clock.confirm()
        #expect(clock.observe(system: noon + .days(1), monotonic: .zero) == .trusted(noon + .days(1)))
        #expect(clock.observe(system: noon + .days(2), monotonic: .zero) == .ahead(.days(1)))
    }

    @Test("A confirmed time behind is guarded from there on, and the store's time waits for it")
    func confirmedBehind() {
        var clock = ClockGuard(mark: noon)
        let morning = noon - .hours(3)
        #expect(clock.observe(system: morning, monotonic: .zero) == .behind(.hours(3)))
        clock.confirm()
        #expect(clock.observe(system: morning, monotonic: .zero) == .trusted(noon))
        #expect(clock.observe(system: morning + .seconds(60), monotonic: .seconds(60)) == .trusted(noon))
        #expect(clock.observe(system: morning + .seconds(50), monotonic: .seconds(60)) == .behind(.seconds(10)))
        #expect(clock.observe(system: morning + .hours(2), monotonic: .seconds(60)) == .ahead(.seconds(7140)))
        #expect(clock.observe(system: noon + .seconds(1), monotonic: .hours(3)) == .trusted(noon + .seconds(1)))
    }
}

@Suite("The store's clock")
struct StoreClockTests {
    private func isUnavailable(_ outcome: CommitOutcome) -> Bool {
        if case .unavailable(let text) = outcome { text.contains("confirm the time") } else { false }
    }

    @Test("Commits and readings are refused while the system's clock can't be trusted, until an operator confirms it")
    func production() async throws {
        let path = House.path()
        let system = try TestClock("2026-11-20T12:00:00Z")
        let open = {
            try SQLiteEngine.open(
                .file(path), catalog: House.catalog, stamp: .production, systemClock: { system.now })
        }
        let engine = try open()
        let store = House.store(engine)
        try await store.add("a")
        system.now = system.now + .hours(1)
        await #expect(throws: StorageError.self) { try await engine.now() }
        #expect(isUnavailable(await engine.commit(change("c1", puts: "b"))))
        try await engine.confirmTime()
        try await store.add("b")
        await engine.close()

        // The next start compares with what was committed.
        system.now = system.now - .seconds(30)
        let second = try open()
        await #expect(throws: StorageError.self) { try await second.now() }
        try await second.confirmTime()
        let mark = system.now + .seconds(30)
        #expect(try await second.now() == mark)
        try await House.store(second).add("c")
        await second.close()

        // A time that was confirmed stays confirmed.
        let third = try open()
        #expect(try await third.now() == mark)
        system.now = system.now + .seconds(31)
        #expect(try await third.now() == mark + .seconds(1))
        #expect(try await third.events(tenant: House.tenant, from: 0, limit: 9).map(\.at).last == mark)
        await third.close()
    }

    @Test("An emulator's clock moves forward only, runs on from there, and does so after a restart")
    func emulator() async throws {
        let path = House.path()
        let system = try TestClock("2026-11-20T12:00:00Z")
        let open = {
            try SQLiteEngine.open(.file(path), catalog: House.catalog, stamp: .emulator, systemClock: { system.now })
        }
        let engine = try open()
        let later = system.now + .days(40)
        try await engine.setClock(later)
        #expect(try await engine.now() == later)
        try await engine.setClock(later - .days(1))
        #expect(try await engine.now() == later)
        system.now = system.now + .seconds(10)
        #expect(try await engine.now() == later + .seconds(10))
        // Nobody guards it, but it doesn't run backwards either.
        system.now = system.now - .days(3)
        #expect(try await engine.now() == later + .seconds(10))
        system.now = system.now + .days(3)
        await engine.close()

        let second = try open()
        #expect(try await second.now() == later + .seconds(10))
        let inspector = try SQLiteEngine.open(
            .file(path), catalog: House.catalog, stamp: .emulator, access: .inspect, systemClock: { system.now })
        try await second.setClock(later + .days(1))
        #expect(try await inspector.now() == later + .days(1))
        await inspector.close()
        try await second.reset(keeping: [])
        #expect(try await second.now() == system.now)
        await second.close()
    }

    @Test("Nobody turns the clock of a production database, or empties it")
    func productionIsFixed() async throws {
        let engine = try SQLiteEngine.open(.memory, catalog: House.catalog, stamp: .production)
        await #expect(throws: StorageError.self) { try await engine.setClock(try Instant("2030-01-01")) }
        await #expect(throws: StorageError.self) { try await engine.reset(keeping: []) }
        await engine.close()
    }
}
