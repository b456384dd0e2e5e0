internal import CLibPQ
internal import Glibc

/// One session with the server. It belongs to one thread, which it blocks.
///
/// Everything goes through `run`: a pipeline with one Sync, which is an implicit transaction unless `transaction` began one.
final class Connection {
    private let address: Address
    private var session: OpaquePointer?
    /// What the session has prepared, by digest name.
    private var prepared: [String: String] = [:]
    private var isInTransaction = false

    /// Where a test cuts the connection during a commit.
    enum Cut: Sendable { case beforeSync, afterSync }

    /// How long the server may stay silent. Every statement of the daily work has a shorter timeout of its own.
    var patience: Duration = .seconds(60)
    /// More prepared statements than our fixed texts are a leak.
    private static let maximumPrepared = 2000

    init(_ address: Address) { self.address = address }

    deinit { close() }

    func close() {
        if let session { PQfinish(session) }
        session = nil
        prepared = [:]
    }

    // MARK: Opening

    /// - Returns: why there is no session.
    private func open() -> String? {
        if let session, PQstatus(session) == CONNECTION_OK { return nil }
        close()
        let defaults = [
            ("connect_timeout", "5"), ("application_name", "countersign"), ("keepalives_idle", "30"),
            ("tcp_user_timeout", "20000"), ("client_encoding", "UTF8"), ("dbname", address.conninfo),
        ]
        let keywords = defaults.map { strdup($0.0) }
        let values = defaults.map { strdup($0.1) }
        defer { for text in keywords + values { free(text) } }
        // The URL comes last and is expanded, so that what it says overrules the defaults.
        let opened = PQconnectdbParams(
            keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let opened else { return "out of memory" }
        guard PQstatus(opened) == CONNECTION_OK else {
            defer { PQfinish(opened) }
            return message(opened)
        }
        PQsetNoticeProcessor(opened, { _, _ in }, nil)
        guard PQsetnonblocking(opened, 1) == 0, PQclientEncoding(opened) == pg_char_to_encoding("UTF8") else {
            PQfinish(opened)
            return "the session doesn't speak UTF-8"
        }
        session = opened
        return nil
    }

    private func message(_ session: OpaquePointer) -> String {
        let message = address.redacted(PQerrorMessage(session).map { String(cString: $0) } ?? "")
        return message.isEmpty ? "no answer in time" : message
    }

    // MARK: Transactions

    /// Runs several pipelines in one transaction: for changes of the schema, which look before they act.
    func transaction<Result>(_ body: () throws -> Result) throws -> Result {
        isInTransaction = true
        do {
            _ = try run([Statement("BEGIN", isKept: false)]).get()
            let result = try body()
            isInTransaction = false
            _ = try run([Statement("COMMIT", isKept: false)]).get()
            return result
        } catch {
            isInTransaction = false
            if session != nil { _ = run([Statement("ROLLBACK", isKept: false)]) }
            throw error
        }
    }

    /// Begins a transaction that stays open as long as the connection, for the row lock that it takes.
    func hold(_ statements: [Statement]) throws {
        isInTransaction = true
        _ = try run([Statement("BEGIN", isKept: false)] + statements).get()
    }

    /// Runs statements that all see one state: that of when the first of them ran, until `endSnapshot`.
    func runInSnapshot(_ statements: [Statement]) -> PipelineEnd {
        guard !isInTransaction else { return run(statements) }
        isInTransaction = true
        let begin = Statement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", isKept: false)
        guard case .complete(let replies) = run([begin] + statements) else {
            return .lost("the snapshot couldn't be begun")
        }
        return .complete(Array(replies.dropFirst()))
    }

    func endSnapshot() {
        guard isInTransaction else { return }
        isInTransaction = false
        if session != nil { _ = run([Statement("COMMIT", isKept: false)]) }
    }

    // MARK: Pipelines

    /// Sends everything at once, with one Sync, and reads until the server has answered it.
    func run(_ statements: [Statement], cut: Cut? = nil) -> PipelineEnd {
        if let reason = open() { return .unreachable(reason) }
        guard let session else { return .unreachable("no session") }
        let end = send(statements, on: session, cut: cut)
        if case .lost = end { close() }
        // Whatever a session is in the middle of must not become part of what comes next.
        if let session = self.session {
            let status = PQtransactionStatus(session)
            if status != PQTRANS_IDLE, !(isInTransaction && status != PQTRANS_UNKNOWN && status != PQTRANS_ACTIVE) {
                close()
            }
        }
        return end
    }

    /// What a sent command answers: the preparation of a statement, or the statement at an index.
    private enum Sent {
        case preparation(name: String, text: String, of: Int)
        case statement(Int)

        var statement: Int {
            switch self {
            case .preparation(_, _, let index), .statement(let index): index
            }
        }
    }

    private func send(_ statements: [Statement], on session: OpaquePointer, cut: Cut?) -> PipelineEnd {
        let deadline = ContinuousClock.now + patience
        guard PQenterPipelineMode(session) == 1 else { return .lost(message(session)) }
        var sent: [Sent] = []
        for (index, statement) in statements.enumerated() {
            guard queue(statement, index, on: session, &sent) else { return .lost(message(session)) }
        }
        if cut == .beforeSync {
            _ = flush(session, until: deadline)
            shutdown(PQsocket(session), Int32(SHUT_RDWR))
        }
        guard PQpipelineSync(session) == 1, flush(session, until: deadline) else { return .lost(message(session)) }
        if cut == .afterSync { shutdown(PQsocket(session), Int32(SHUT_RDWR)) }
        let end = receive(sent, count: statements.count, on: session, until: deadline)
        if case .lost = end { return end }
        guard PQexitPipelineMode(session) == 1 else {
            close()
            return end
        }
        return end
    }

    private func queue(_ statement: Statement, _ index: Int, on session: OpaquePointer, _ sent: inout [Sent]) -> Bool {
        let name = address.keepsStatements && statement.isKept ? statement.digestName : ""
        let isKnown = prepared[name] == statement.text
        let isAsked = sent.contains { if case .preparation(name, statement.text, _) = $0 { true } else { false } }
        let count = Int32(statement.parameters.count)
        let types = statement.parameters.map(\.type)
        guard !name.isEmpty, prepared[name] == nil || isKnown, isKnown || prepared.count < Self.maximumPrepared else {
            sent.append(.statement(index))
            return withWire(statement.parameters) { values, lengths, formats in
                PQsendQueryParams(session, statement.text, count, types, values, lengths, formats, 0)
            } == 1
        }
        if !isKnown, !isAsked {
            sent.append(.preparation(name: name, text: statement.text, of: index))
            guard PQsendPrepare(session, name, statement.text, count, types) == 1 else { return false }
        }
        sent.append(.statement(index))
        return withWire(statement.parameters) { values, lengths, formats in
            PQsendQueryPrepared(session, name, count, values, lengths, formats, 0)
        } == 1
    }

    /// Reads until the server has answered the Sync. A statement's error comes in its turn; an error after the last
    /// statement and before the end is the commit's own.
    private func receive(
        _ sent: [Sent], count: Int, on session: OpaquePointer, until deadline: ContinuousClock.Instant
    ) -> PipelineEnd {
        var replies: [Reply] = []
        replies.reserveCapacity(count)
        var refusal: (ServerError, Int)?
        var commitError: ServerError?
        var turn = 0
        while true {
            guard wait(session, until: deadline) else { return .lost(message(session)) }
            guard let result = PQgetResult(session) else {
                // The end of one command's results. A commit's own error is ended like one, so a few more than commands
                // are right; many mean that nothing will come.
                turn += 1
                guard turn <= sent.count + 4, PQstatus(session) == CONNECTION_OK else { return .lost(message(session)) }
                continue
            }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_PIPELINE_SYNC:
                if let (error, statement) = refusal { return .refused(error, statement: statement) }
                if let commitError { return .failedCommit(commitError) }
                guard replies.count == count else { return .lost("the server answered too little") }
                return .complete(replies)
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                guard turn < sent.count else { return .lost("the server answered too much") }
                switch sent[turn] {
                case .preparation(let name, let text, _): prepared[name] = text
                case .statement: replies.append(Reply(result))
                }
            case PGRES_PIPELINE_ABORTED: break
            default:
                guard PQstatus(session) == CONNECTION_OK else { return .lost(message(session)) }
                let error = ServerError(result)
                if turn < sent.count {
                    refusal = refusal ?? (error, sent[turn].statement)
                } else {
                    commitError = commitError ?? error
                }
            }
        }
    }

    // MARK: Waiting

    /// Sends what is queued, reading meanwhile: a server that can't send its answers stops reading.
    private func flush(_ session: OpaquePointer, until deadline: ContinuousClock.Instant) -> Bool {
        while true {
            switch PQflush(session) {
            case 0: return true
            case 1:
                guard let events = poll(session, Int16(POLLIN | POLLOUT), until: deadline) else { return false }
                if events & Int16(POLLIN) != 0, PQconsumeInput(session) != 1 { return false }
            default: return false
            }
        }
    }

    /// Waits until a result, or the end of one command's results, can be taken without blocking.
    private func wait(_ session: OpaquePointer, until deadline: ContinuousClock.Instant) -> Bool {
        while PQisBusy(session) == 1 {
            guard poll(session, Int16(POLLIN), until: deadline) != nil, PQconsumeInput(session) == 1 else {
                return false
            }
        }
        return true
    }

    private func poll(_ session: OpaquePointer, _ events: Int16, until deadline: ContinuousClock.Instant) -> Int16? {
        while true {
            let rest = (deadline - ContinuousClock.now).components
            guard rest.seconds >= 0, rest.seconds > 0 || rest.attoseconds > 0 else { return nil }
            var descriptor = pollfd(fd: PQsocket(session), events: events, revents: 0)
            let ready = Glibc.poll(
                &descriptor, 1, Int32(rest.seconds * 1000 + rest.attoseconds / 1_000_000_000_000_000 + 1))
            if ready > 0 { return descriptor.revents }
            if ready < 0, errno != EINTR { return nil }
        }
    }
}
