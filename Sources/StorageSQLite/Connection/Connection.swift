internal import CSQLite
internal import Storage

/// A connection with its prepared statements.
final class Connection: @unchecked Sendable {
    // One thread at a time uses a connection: the writer's, a scan lane's, or whoever has taken it out of the pool.

    enum Mode {
        case readWrite, readOnly

        fileprivate var flags: Int32 {
            // NOFOLLOW: of a symbolic link nobody knows what it will point to at the next start.
            let common = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_PRIVATECACHE
            return common | (self == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY)
        }
    }

    let database: OpaquePointer
    /// A reader's open transaction.
    var snapshot: ReaderPool.Snapshot?
    private var statements: [String: Statement] = [:]
    /// Point reads, by their tables' places in the catalog.
    private var points: [Statement?] = []
    private let deadline = Deadline()

    /// Opens an existing file.
    init(_ path: String, _ mode: Mode) throws(SQLiteFailure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, mode.flags, nil)
        guard code == SQLITE_OK, let opened else {
            let failure = SQLiteFailure(opened, code)
            sqlite3_close_v2(opened)
            throw failure
        }
        database = opened
    }

    /// The caller doesn't use the connection any more.
    func close() {
        dropStatements()
        sqlite3_close_v2(database)
    }

    private func dropStatements() {
        for statement in statements.values { statement.finalize() }
        statements = [:]
        for statement in points { statement?.finalize() }
        points = []
    }

    /// How many texts are kept prepared; the house's own are far fewer, the rest are shapes of `$filter`.
    private static let maximumStatements = 500

    private func dropOneStatement() {
        // Any: which one a dictionary has first is as good as random.
        guard let text = statements.keys.first else { return }
        statements.removeValue(forKey: text)?.finalize()
    }

    private func prepared(_ sql: String) throws(SQLiteFailure) -> Statement {
        if let statement = statements[sql] { return statement }
        if statements.count >= Self.maximumStatements { dropOneStatement() }
        let statement = try Statement(database, sql)
        statements[sql] = statement
        return statement
    }

    // MARK: Running

    /// Runs a statement to its end and reads every row.
    func rows<Row>(
        _ sql: String, _ bindings: [Binding] = [], _ read: (Statement) throws -> Row
    ) throws -> [Row] {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(bindings)
        var rows: [Row] = []
        while try statement.step() { rows.append(try read(statement)) }
        return rows
    }

    func first<Row>(
        _ sql: String, _ bindings: [Binding] = [], _ read: (Statement) throws -> Row
    ) throws -> Row? {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(bindings)
        return try statement.step() ? try read(statement) : nil
    }

    func integer(_ sql: String, _ bindings: [Binding] = []) throws -> Int64? {
        try first(sql, bindings) { $0.integer(0) }
    }

    /// A row by its key, without internals. The statement is found by the table's place, not by its text, and what it binds
    /// isn't gathered first: this is the commonest question of all.
    func point(_ key: Key, _ tenant: String, _ table: Table) throws -> PointRow? {
        while points.count <= table.place { points.append(nil) }
        let statement = try points[table.place] ?? Statement(database, table.point)
        points[table.place] = statement
        defer { statement.reset() }
        try statement.bind(tenant, at: 1)
        try statement.bind(key.id, at: 2)
        guard try statement.step() else { return nil }
        return PointRow(
            version: statement.text(0), document: statement.bytes(1), settlesAt: statement.instant(2),
            columns: table.columns.indices.map { statement.value(Int32(3 + $0)) })
    }

    /// - Returns: how many rows it has changed.
    @discardableResult
    func run(_ sql: String, _ bindings: [Binding] = []) throws -> Int64 {
        let statement = try prepared(sql)
        defer { statement.reset() }
        try statement.bind(bindings)
        while try statement.step() {}
        return sqlite3_changes64(database)
    }

    // MARK: Transactions

    /// Asked after every error: on FULL, IOERR, NOMEM and INTERRUPT SQLite may have undone the whole transaction, and the
    /// next statement would commit alone.
    var isInTransaction: Bool { sqlite3_get_autocommit(database) == 0 }

    /// Runs `body` in one transaction: committed whole, or undone whole.
    func transaction<Result>(_ begin: String = "BEGIN IMMEDIATE", _ body: () throws -> Result) throws -> Result {
        try run(begin)
        do {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            if isInTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    // MARK: Deadlines

    /// Runs `body`, in which a statement that is still running after `limit` fails with `SQLITE_INTERRUPT`.
    func within<Result>(_ limit: Duration, _ body: () throws -> Result) throws -> Result {
        deadline.instant = .now + limit
        sqlite3_progress_handler(
            database, 1000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Deadline>.fromOpaque(context).takeUnretainedValue().instant < .now ? 1 : 0
            }, Unmanaged.passUnretained(deadline).toOpaque())
        defer { sqlite3_progress_handler(database, 0, nil, nil) }
        return try body()
    }

    private final class Deadline {
        var instant = ContinuousClock.now
    }
}
