internal import CSQLite

/// What SQLite answered instead of doing what it was asked.
struct SQLiteFailure: Error, CustomStringConvertible {
    /// The extended result code.
    let code: Int32
    let message: String

    init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    init(_ database: OpaquePointer?, _ code: Int32) {
        self.code = database.map { sqlite3_extended_errcode($0) } ?? code
        message = database.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(code))
    }

    var primaryCode: Int32 { code & 0xFF }
    /// A statement that the schema refuses: it alone is undone, the transaction stands.
    var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }
    /// One that met a unique key (SQLITE_CONSTRAINT_PRIMARYKEY, _UNIQUE and _ROWID).
    var isTakenKey: Bool { isConstraint && [6, 8, 10].contains(code >> 8) }
    var isInterrupt: Bool { primaryCode == SQLITE_INTERRUPT }
    var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB }

    var description: String { "SQLite \(code): \(message)" }
}
