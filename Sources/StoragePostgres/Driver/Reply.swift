internal import CLibPQ
internal import Storage

/// One row of an answer, copied out of libpq's memory.
struct Row: Sendable {
    private let values: [[UInt8]?]

    init(_ values: [[UInt8]?]) { self.values = values }

    subscript(column: Int) -> [UInt8]? { values[column] }

    /// The bytes of a column that can't be null.
    func bytes(_ column: Int) -> [UInt8] { values[column] ?? [] }
    /// The text of a column that can't be null.
    func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }
    /// The integer of a column, nil where it is null.
    func integer(_ column: Int) -> Int64? { values[column].flatMap { Int64(String(decoding: $0, as: UTF8.self)) } }

    /// A column that was selected through `encode(…, 'hex')`, which no setting of the session changes.
    func unhexed(_ column: Int) -> [UInt8] {
        func nibble(_ digit: UInt8) -> UInt8 { digit < UInt8(ascii: "a") ? digit - 48 : digit - 87 }
        let digits = bytes(column)
        return stride(from: 0, to: digits.count - 1, by: 2).map { nibble(digits[$0]) << 4 | nibble(digits[$0 + 1]) }
    }
}

/// What a statement answered.
struct Reply: Sendable {
    let rows: [Row]

    init(_ result: OpaquePointer) {
        let columns = 0..<PQnfields(result)
        rows = (0..<PQntuples(result)).map { row in
            Row(
                columns.map { column in
                    guard PQgetisnull(result, row, column) == 0, let value = PQgetvalue(result, row, column) else {
                        return nil
                    }
                    return Array(UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column))))
                })
        }
    }
}

/// An error that the server reported.
struct ServerError: Error, Hashable, Sendable {
    let state: String
    /// Of a violated constraint, and the table that has it.
    let constraint: String
    let table: String
    /// In the server's language, with values of the row: for the program, never for a person.
    let detail: String
    let message: String

    init(_ result: OpaquePointer) {
        func field(_ code: Character) -> String {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) } ?? ""
        }
        state = field("C")
        constraint = field("n")
        table = field("t")
        detail = field("D")
        message = field("M")
    }

    /// In words for people: a server's message is told where it speaks of the server, and not where it may quote a value.
    var words: String {
        ["08", "28", "3D", "53", "55", "57", "58"].contains(state.prefix(2))
            ? "PostgreSQL says: \(message) (SQLSTATE \(state))." : "PostgreSQL refuses (SQLSTATE \(state))."
    }
}

/// How a pipeline ended. The difference between the cases is what the promise of a commit rests on.
enum PipelineEnd: Error {
    /// Every statement and the commit succeeded.
    case complete([Reply])
    /// A statement failed, and the server told so to the end: nothing happened.
    case refused(ServerError, statement: Int)
    /// An error before the end that belongs to no statement: the commit's own.
    case failedCommit(ServerError)
    /// The connection ended, or didn't answer in time, after something was sent.
    case lost(String)
    /// No connection: nothing was sent.
    case unreachable(String)

    /// - Throws: the end itself where it isn't success.
    func get() throws(PipelineEnd) -> [Reply] {
        guard case .complete(let replies) = self else { throw self }
        return replies
    }

    /// What to say of an end that isn't success, where the statements changed nothing or can be repeated.
    var storageError: StorageError {
        switch self {
        case .complete: .unavailable("PostgreSQL answered something unexpected.")
        case .refused(let error, _), .failedCommit(let error): .unavailable(error.words)
        case .lost(let reason): .unavailable("The connection to PostgreSQL was lost: \(reason)")
        case .unreachable(let reason): .unavailable("PostgreSQL can't be reached: \(reason)")
        }
    }
}
