internal import CSQLite
internal import Storage

/// The writer's connection as the commit protocol uses it: one door for every statement, at which a test's fault waits.
struct WriterConnection {
    let connection: Connection
    #if DEBUG
        let faults: Faults
    #endif

    @discardableResult
    func run(_ sql: String, _ bindings: [Binding] = []) throws -> Int64 {
        try meetFault()
        return try connection.run(sql, bindings)
    }

    func first<Row>(_ sql: String, _ bindings: [Binding], _ read: (Statement) throws -> Row) throws -> Row? {
        try meetFault()
        // To the statement's end, which one with RETURNING must reach.
        return try connection.rows(sql, bindings, read).first
    }

    func integer(_ sql: String, _ bindings: [Binding]) throws -> Int64? { try first(sql, bindings) { $0.integer(0) } }

    func text(_ sql: String, _ bindings: [Binding]) throws -> String? { try first(sql, bindings) { $0.text(0) } }

    /// - Throws: where nobody can tell whether the transaction was committed: its frames may be in the log.
    func commit() throws {
        #if DEBUG
            if faults.take(.commitFails) { throw Self.failedSync }
        #endif
        try connection.run("COMMIT")
        #if DEBUG
            if faults.take(.commitFailsAfterwards) { throw Self.failedSync }
        #endif
    }

    #if DEBUG
        /// SQLITE_IOERR_FSYNC
        private static let failedSync = SQLiteFailure(code: SQLITE_IOERR | 4 << 8, message: "injected")
    #endif

    private func meetFault() throws {
        #if DEBUG
            guard let code = faults.codeOfNextStatement() else { return }
            try connection.run("ROLLBACK")
            throw SQLiteFailure(code: code, message: "injected")
        #endif
    }
}
