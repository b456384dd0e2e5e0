internal import Storage
internal import StoragePostgres
internal import StorageSQLite
internal import Workflows

extension DatabaseLocation {
    /// Opens the database for a server, which makes it or brings it up to date first.
    /// - Parameter onHalt: told when a commit has failed in a way that only a new start can clear up.
    func serve(as stamp: DatabasePurpose, onHalt: @escaping @Sendable (String) -> Void = { _ in }) async throws
        -> any Engine
    {
        switch self {
        case .file(let path):
            do {
                return try SQLiteEngine.open(
                    .file(path), catalog: Countersign.workloads.catalog, stamp: stamp, onHalt: onHalt)
            } catch let error as StorageError where !error.description.contains(path) {
                throw CommandFailure("\(path): \(error.description)")
            }
        case .memory:
            return try SQLiteEngine.open(.memory, catalog: Countersign.workloads.catalog, stamp: stamp, onHalt: onHalt)
        case .postgres(let url):
            return try await PostgresEngine.open(url: url, catalog: Countersign.workloads.catalog, stamp: stamp)
        }
    }

    /// Opens a database that is there as what it is for: a file beside a server that may be running.
    /// - Parameter remedy: what to do where there is none.
    func inspect(remedy: String) async throws -> any Engine {
        let stamp = try await stamp(remedy: remedy)
        switch self {
        case .file(let path):
            return try SQLiteEngine.open(
                .file(path), catalog: Countersign.workloads.catalog, stamp: stamp, access: .inspect)
        case .memory: throw Self.ofItsServer
        case .postgres(let url):
            return try await PostgresEngine.open(
                url: url, catalog: Countersign.workloads.catalog, stamp: stamp, access: .inspect)
        }
    }

    /// Opens a database that is there to change it from the console: a file only while no server has it.
    func change(remedy: String) async throws -> any Engine { try await serve(as: stamp(remedy: remedy)) }

    /// What a database that is there was made for.
    private func stamp(remedy: String) async throws -> DatabasePurpose {
        switch self {
        case .file(let path):
            guard hasContent else { throw CommandFailure("There is no database at '\(path)'. \(remedy)") }
            return try SQLiteEngine.stamp(ofFile: path)
        case .memory: throw Self.ofItsServer
        case .postgres(let url):
            guard let stamp = try await PostgresEngine.stamp(of: url) else {
                throw CommandFailure("There is nothing of Countersign's in this database. \(remedy)")
            }
            return stamp
        }
    }

    private static let ofItsServer = CommandFailure(
        "A database in memory belongs to its server alone. Name a file or a URL with --database.")

    /// Makes a database, or brings one up to date, whatever it is for.
    func migrate() async throws -> any Engine {
        switch self {
        case .file(let path):
            try await serve(as: hasContent ? try SQLiteEngine.stamp(ofFile: path) : .production)
        case .memory:
            throw CommandFailure("A database in memory needs no migration. Name a file or a URL with --database.")
        case .postgres(let url): try await serve(as: try await PostgresEngine.stamp(of: url) ?? .production)
        }
    }
}
