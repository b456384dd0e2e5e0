internal import ArgumentParser
internal import EDM
internal import Storage
internal import StorageSQLite
internal import Workflows

/// An operator's word that the system's clock is right, after the server has stopped trusting it (security rule R24).
struct ConfirmTime: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Confirms that this machine's clock is right.",
        discussion:
            "A server decides nothing while the system's clock is behind what it has been, or ahead of the time that has "
            + "passed. Look at the clock first: with a wrong one, what has expired may become valid again, or everything may "
            + "expire. The server must be stopped.")

    @OptionGroup var database: DatabaseOption

    func run() async throws {
        switch try database.location {
        case .file(let path):
            guard try database.location.hasContent else { throw CommandFailure("There is no database at '\(path)'.") }
            let engine = try SQLiteEngine.open(
                .file(path), catalog: Kinds.catalog, stamp: try SQLiteEngine.stamp(ofFile: path))
            let result: Result<String, any Error>
            do {
                try await engine.confirmTime()
                result = .success(try await engine.now().description)
            } catch { result = .failure(error) }
            await engine.close()
            Standard.output("Confirmed. The store's time is \(try result.get()).\n")
        case .memory: throw CommandFailure("A database in memory belongs to its server alone. Restart the server.")
        case .postgres:
            throw CommandFailure("With PostgreSQL the database server's clock counts. Set that one right.")
        }
    }
}
