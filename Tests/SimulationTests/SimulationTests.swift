import Testing

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// `SIMULATION_SECONDS` boxes the time (20 by default), `SIMULATION_STEPS` counts instead, `SIMULATION_SEED` replays.
@Suite struct SimulationTests {
    @Test("No schedule of people, conflicts, crashes and clock jumps breaks an invariant", .timeLimit(.minutes(60)))
    func invariantsHold() async throws {
        let environment = ProcessInfo.processInfo.environment
        let seconds = environment["SIMULATION_SECONDS"].flatMap(Double.init) ?? 20
        let steps = environment["SIMULATION_STEPS"].flatMap(Int.init)
        var seed = environment["SIMULATION_SEED"].flatMap(UInt64.init) ?? UInt64.random(in: 1...UInt64.max)
        let isReplay = environment["SIMULATION_SEED"] != nil
        let start = ContinuousClock.now
        var total = 0
        var worlds = 0
        func isOver() -> Bool { steps == nil && ContinuousClock.now - start > .seconds(seconds) }
        repeat {
            do {
                let simulation = try await Simulation(seed: seed)
                total += try await simulation.run(steps: min(steps.map { $0 - total } ?? 2000, 2000), until: isOver)
            } catch let violation as Violation {
                Issue.record("SIMULATION_SEED=\(seed) replays: \(violation.description)")
                break
            }
            worlds += 1
            seed &+= 1
        } while !isReplay && !isOver() && (steps.map { total < $0 } ?? true)
        print("simulation: \(total) steps in \(worlds) worlds, last seed \(seed &- 1)")
        #expect(total > 0)
    }
}
