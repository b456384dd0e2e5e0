internal import ArgumentParser
internal import Composition
internal import Storage
internal import StoragePostgres
internal import StorageSQLite
internal import Workflows

/// What `script/bench` runs. Every table holds ratios against a baseline of the same run.
@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign-benchmarks",
        subcommands: [
            ApproveCommand.self, BareCommand.self, CyclesCommand.self, FillCommand.self, PagesCommand.self,
            PathsCommand.self,
            ReadCommand.self, RulesCommand.self,
        ])
}

/// Opens a database of the demo tenant by its path or URL.
func withEngine(_ database: String, _ body: (any Engine) async throws -> Void) async throws {
    let engine: any Engine =
        database.hasPrefix("postgres")
        ? try await PostgresEngine.open(url: database, catalog: Registration.all.workloads.catalog, stamp: .demo)
        : try SQLiteEngine.open(.file(database), catalog: Registration.all.workloads.catalog, stamp: .demo)
    do { try await body(engine) } catch {
        await engine.close()
        throw error
    }
    await engine.close()
}

struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Approvals against their own statements without rules and JSON.")

    @Argument(help: "A path for SQLite or a postgres:// URL.") var database: String
    @Option(help: "Approvals per row of the table.") var operations = 5000
    @Option(parsing: .upToNextOption, help: "Clients at once, one row each.") var clients = [1, 8, 64]

    func run() async throws {
        try await withEngine(database) {
            try await ApproveBenchmark(engine: $0, operations: operations).run(clients: clients)
        }
    }
}

struct FillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fill", abstract: "Files requests and prints the ids of a sample of them.")

    @Argument(help: "A path for SQLite or a postgres:// URL.") var database: String
    @Option(help: "Requests.") var requests = 1_000_000
    @Option(help: "Ids to print.") var sample = 20_000

    func run() async throws {
        try await withEngine(database) { engine in
            for id in try await Filling(engine: engine).run(count: requests, sample: sample) { print(id) }
        }
    }
}
