internal import ArgumentParser

/// The option that every operator's command has.
struct DatabaseOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A path for SQLite, :memory:, or a postgres:// URL. Default: COUNTERSIGN_DATABASE, else countersign.db.",
            valueName: "database"))
    var database: String?

    var location: DatabaseLocation {
        get throws { try DatabaseLocation(database) }
    }
}
