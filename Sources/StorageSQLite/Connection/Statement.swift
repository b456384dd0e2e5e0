internal import CSQLite
internal import EDM
internal import Storage

/// A value bound to a parameter.
enum Binding {
    case null
    case text(String)
    case integer(Int64)
    /// UTF-8 that is stored as TEXT without becoming a String first.
    case utf8([UInt8])
    case blob([UInt8])

    init(_ value: SQLValue) {
        switch value {
        case .null: self = .null
        case .text(let text): self = .text(text)
        case .integer(let integer): self = .integer(integer)
        }
    }

    init(_ instant: Instant?) { self = instant.map { .integer($0.microseconds) } ?? .null }
}

/// A prepared statement, owned by its connection and used where the connection is.
final class Statement {
    private let database: OpaquePointer
    private let pointer: OpaquePointer

    init(_ database: OpaquePointer, _ sql: String) throws(SQLiteFailure) {
        var pointer: OpaquePointer?
        let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &pointer, nil)
        guard code == SQLITE_OK, let pointer else { throw SQLiteFailure(database, code) }
        self.database = database
        self.pointer = pointer
    }

    func finalize() { sqlite3_finalize(pointer) }

    func bind(_ bindings: [Binding]) throws(SQLiteFailure) {
        for (offset, binding) in bindings.enumerated() {
            let code = bind(binding, at: Int32(offset + 1))
            guard code == SQLITE_OK else { throw SQLiteFailure(database, code) }
        }
    }

    func bind(_ text: String, at index: Int32) throws(SQLiteFailure) {
        let code = bind(Binding.text(text), at: index)
        guard code == SQLITE_OK else { throw SQLiteFailure(database, code) }
    }

    private func bind(_ binding: Binding, at index: Int32) -> Int32 {
        switch binding {
        case .null: return sqlite3_bind_null(pointer, index)
        case .integer(let value): return sqlite3_bind_int64(pointer, index, value)
        case .text(var text):
            return text.withUTF8 { csqlite_bind_text(pointer, index, $0.baseAddress, Int32($0.count)) }
        case .utf8(let bytes):
            return bytes.withUnsafeBytes { csqlite_bind_text(pointer, index, $0.baseAddress, Int32($0.count)) }
        case .blob(let bytes):
            return bytes.withUnsafeBytes { csqlite_bind_blob(pointer, index, $0.baseAddress, Int32($0.count)) }
        }
    }

    /// Runs to the next row.
    /// - Returns: whether there is one.
    func step() throws(SQLiteFailure) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteFailure(database, code)
        }
    }

    /// Ends the run, and with it the read transaction that it may hold.
    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }
}

extension Statement {
    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(pointer, column) == SQLITE_NULL }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(pointer, column) }

    func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(pointer, column) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(pointer, column))))
    }

    func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(pointer, column) else { return "" }
        let count = Int(sqlite3_column_bytes(pointer, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func instant(_ column: Int32) -> Instant? { isNull(column) ? nil : Instant(microseconds: integer(column)) }

    func value(_ column: Int32) -> SQLValue {
        switch sqlite3_column_type(pointer, column) {
        case SQLITE_NULL: .null
        case SQLITE_INTEGER: .integer(integer(column))
        default: .text(text(column))
        }
    }
}
