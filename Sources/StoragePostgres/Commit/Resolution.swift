internal import EDM
internal import Glibc
internal import Storage

/// How to find out what became of a commit that nobody answered for.
///
/// Looking its id up isn't enough: the old session may still be waiting for a lock or a standby, and commit after the look.
/// So the id is inserted by us, marked abandoned: success means that the commit can never happen any more, a duplicate
/// means that it has, or that somebody abandoned it before. The insert waits for an old session in flight.
enum Resolution {
    static let patience: Duration = .seconds(10)

    static func abandon(_ changes: ChangeSet) -> Statement {
        Statement(
            "INSERT INTO changes (tenant, id, at, abandoned) VALUES ($1, $2, 0, true)",
            [.text(changes.tenant), .text(changes.id)], isKept: false)
    }

    static func look(_ changes: ChangeSet) -> [Statement] {
        [
            Statement(
                "SELECT abandoned::text, at FROM changes WHERE tenant = $1 AND id = $2",
                [.text(changes.tenant), .text(changes.id)])
        ]
    }

    /// Lets the insert wait for less time than is left.
    static let limit = Statement(
        "SELECT set_config('lock_timeout', '3s', true), set_config('statement_timeout', '3s', true)", isKept: false)
}

extension PostgresEngine {
    /// The truth about a commit, or that it can't be told. One thread asks until it has an answer, whatever becomes of the
    /// task that waits.
    func resolve(
        _ changes: ChangeSet, reason: String, patience: Duration = Resolution.patience
    ) async -> CommitOutcome {
        let outcome = try? await pool.run { connection -> CommitOutcome? in
            let deadline = ContinuousClock.now + patience
            var pause: UInt32 = 1000
            while true {
                if let outcome = Self.ask(connection, about: changes) { return outcome }
                guard ContinuousClock.now < deadline else { return nil }
                usleep(pause)
                pause = min(pause * 2, 250_000)
            }
        }
        return (outcome ?? nil)
            ?? .unknown(reason: "\(reason) Whether the change happened can't be told until the database answers again.")
    }

    private static func ask(_ connection: Connection, about changes: ChangeSet) -> CommitOutcome? {
        switch connection.run([Resolution.limit, Resolution.abandon(changes)]) {
        case .complete: return .conflict(.change)
        case .refused(let error, _) where error.state == "23505":
            guard let row = try? connection.run(Resolution.look(changes)).get().first?.rows.first else { return nil }
            return row.text(0) == "true"
                ? .conflict(.change) : .committed(at: Instant(microseconds: row.integer(1) ?? 0))
        default: return nil
        }
    }
}
