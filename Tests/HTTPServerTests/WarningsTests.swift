import EDM
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct WarningsTests {
    /// A clock that tests set and that counts who looks at it, and a walk that counts its calls.
    private final class World: Sendable {
        private let state = Mutex((now: Instant(microseconds: 0), looks: 0, walks: 0))
        private let awaited = Mutex<(looks: Int, continuation: CheckedContinuation<Void, Never>)?>(nil)
        var walks: Int { state.withLock { $0.walks } }

        func clock() -> Instant {
            let (now, looks) = state.withLock { state in
                state.looks += 1
                return (state.now, state.looks)
            }
            awaited.withLock { awaited in
                guard let wanted = awaited, looks >= wanted.looks else { return }
                wanted.continuation.resume()
                awaited = nil
            }
            return now
        }

        func move(by duration: Duration) { state.withLock { $0.now = $0.now + duration } }
        func walk() { state.withLock { $0.walks += 1 } }

        /// Until the clock has been looked at so often.
        func looks(_ count: Int) async {
            await withCheckedContinuation { continuation in
                let isReached = awaited.withLock { awaited in
                    awaited = (count, continuation)
                    return state.withLock { $0.looks } >= count
                }
                guard isReached else { return }
                awaited.withLock { awaited in
                    awaited?.continuation.resume()
                    awaited = nil
                }
            }
        }

        func warnings(_ lifetime: Duration = Warnings.lifetime, _ find: @escaping @Sendable (Int) async throws -> Void)
            -> Warnings
        {
            Warnings(holding: lifetime, clock: clock) {
                self.walk()
                try await find(self.walks)
                return ["\(self.walks)"]
            }
        }
    }

    @Test("What a walk found holds for five seconds and no longer, also when the clock is set back")
    func lifetime() async throws {
        let world = World()
        let warnings = world.warnings { _ in }
        #expect(try await warnings.current() == ["1"])
        world.move(by: .milliseconds(4999))
        #expect(try await warnings.current() == ["1"])
        world.move(by: .milliseconds(1))
        #expect(try await warnings.current() == ["2"])
        world.move(by: .seconds(-60))
        #expect(try await warnings.current() == ["3"])
    }

    @Test("With the emulator every answer is of now")
    func nothingHeld() async throws {
        let warnings = World().warnings(.zero) { _ in }
        #expect(try await [warnings.current(), warnings.current()] == [["1"], ["2"]])
    }

    @Test("Whoever asks while a walk runs waits for it", arguments: [.zero, Warnings.lifetime])
    func oneWalk(lifetime: Duration) async throws {
        let world = World()
        // The walk goes on when all have asked.
        let warnings = world.warnings(lifetime) { _ in await world.looks(20) }
        let found = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<20 { group.addTask { try await warnings.current() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(found == Array(repeating: ["1"], count: 20))
        #expect(world.walks == 1)
    }

    @Test("A walk that fails isn't kept")
    func failure() async throws {
        struct Failed: Error {}
        let warnings = World().warnings { if $0 == 1 { throw Failed() } }
        await #expect(throws: Failed.self) { try await warnings.current() }
        #expect(try await warnings.current() == ["2"])
    }
}
