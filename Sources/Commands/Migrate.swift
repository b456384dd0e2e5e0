internal import ArgumentParser
internal import Storage
internal import Workflows

/// Makes a database, or brings one up to what this build needs. A second run finds everything done.
struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes a database, or brings one up to date.",
        discussion:
            "A new database is for production. 'serve' migrates by itself; this is for those who do it beforehand.")

    @OptionGroup var database: DatabaseOption

    func run() async throws {
        let engine = try await database.location.migrate()
        let result: Result<Void, any Error>
        do {
            result = .success(try await Governance(engine, workloads: Countersign.workloads).migrate())
        } catch { result = .failure(error) }
        await engine.close()
        try result.get()
        Standard.output("The database is up to date.\n")
    }
}
