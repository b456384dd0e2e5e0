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
            + "expire. The server must be stopped. Where the store's time is far ahead of a clock that is right, it will stand "
            + "still until the clock has reached it, and with it every deadline: that takes --accept-standing-still.")

    @Flag(help: "Confirms also where the store's time will stand still for more than ten minutes.")
    var acceptStandingStill = false
    @OptionGroup var database: DatabaseOption

    func run() async throws {
        switch try database.location {
        case .file(let path):
            guard try database.location.hasContent else {
                throw CommandFailure("There is no database at '\(path)'. Name another one with --database.")
            }
            let engine = try SQLiteEngine.open(
                .file(path), catalog: Countersign.workloads.catalog, stamp: try SQLiteEngine.stamp(ofFile: path))
            let result: Result<String, any Error>
            do {
                if !acceptStandingStill, let ahead = engine.timeAhead, ahead > ClockGuard.toleratedStepAhead {
                    throw CommandFailure(
                        "The store's time is \(ahead.components.seconds / 60) minutes ahead of this machine's clock. It would "
                            + "stand still until then: nothing that waits would expire, and no suspension end. Set the clock "
                            + "right; if it is, say --accept-standing-still.")
                }
                try await engine.confirmTime()
                let now = try await engine.now()
                let stands = engine.timeAhead.map { $0 > .zero } ?? false
                result = .success(
                    "\(now)" + (stands ? ", and stands still until the machine's clock has reached it" : ""))
            } catch { result = .failure(error) }
            await engine.close()
            Standard.output("Confirmed. The store's time is \(try result.get()).\n")
        case .memory: throw CommandFailure("A database in memory belongs to its server alone. Restart the server.")
        case .postgres:
            throw CommandFailure("With PostgreSQL the database server's clock counts. Set that one right.")
        }
    }
}
