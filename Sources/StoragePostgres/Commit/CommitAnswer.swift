internal import EDM
internal import Storage

/// What a pipeline's end says of the commit that it was.
enum CommitAnswer: Sendable {
    case certain(CommitOutcome)
    /// The database has to be asked.
    case open(reason: String)

    init(_ end: PipelineEnd, of plan: CommitPlan, change: String) {
        switch end {
        case .complete(let replies):
            guard let at = replies.last?.rows.first?.integer(0) else {
                self = .open(reason: "PostgreSQL answered a commit without its instant.")
                return
            }
            self = .certain(.committed(at: Instant(microseconds: at)))
        case .refused(let error, let statement):
            self = .certain(Self.outcome(of: error, at: statement, in: plan, change: change))
        case .failedCommit(let error):
            // The transaction was broken off for another one's sake; of any other failure of the commit the server may have
            // said more in its log than to us.
            self = Self.locked.contains(error.state) ? .certain(.conflict(.locked)) : .open(reason: error.words)
        case .lost(let reason): self = .open(reason: "The connection was lost: \(reason)")
        case .unreachable(let reason):
            self = .certain(
                .unavailable(reason: "PostgreSQL can't be reached: \(reason). Nothing has happened; try again."))
        }
    }

    /// Lock not available, deadlock, serialization failure.
    private static let locked = ["55P03", "40P01", "40001"]

    /// A statement's own error, told to the end of the pipeline: nothing happened.
    private static func outcome(
        of error: ServerError, at statement: Int, in plan: CommitPlan, change: String
    ) -> CommitOutcome {
        let subject = plan.subjects[statement]
        switch error.state {
        case "23514" where error.constraint == "conflicts_none":
            return .conflict(label(in: error.detail, of: plan, change: change) ?? subject ?? .locked)
        case "23505": return .conflict(subject ?? .locked)
        case _ where locked.contains(error.state): return .conflict(.locked)
        default: return .unavailable(reason: error.words + " Nothing has happened; try again.")
        }
    }

    /// The DETAIL of a violated CHECK shows the row, whatever the server's language: our change's id, then the ordinal.
    private static func label(in detail: String, of plan: CommitPlan, change: String) -> Conflict? {
        guard let mark = detail.firstRange(of: "(\(change), ") else { return nil }
        guard let ordinal = Int(detail[mark.upperBound...].prefix { $0.isASCII && $0.isNumber }) else { return nil }
        return plan.labels.indices.contains(ordinal) ? plan.labels[ordinal] : nil
    }
}
