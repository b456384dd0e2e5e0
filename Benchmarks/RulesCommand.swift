internal import ArgumentParser
internal import Composition
internal import Workflows

/// Approvals that are judged and never committed: the time of reads, rules and JSON alone.
struct RulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "The time of an approval without its commit, in microseconds.")

    @Argument(help: "A path for SQLite or a postgres:// URL.") var database: String
    @Option(help: "Approvals.") var operations = 20_000

    func run() async throws {
        try await withEngine(database) { engine in
            let ids = try await Filling(engine: engine).run(count: 1, sample: 1)
            let capturing = CapturingEngine(engine)
            let governance = Governance(capturing, workloads: Registration.workloads)
            let result = try await measure(operations, clients: 1) { _ in
                try await Filling.approve(ids[0], governance)
                _ = capturing.take()
            }
            print("reads, rules and JSON of an approval: \(rounded(1e6 / result.rate)) us")
        }
    }
}
