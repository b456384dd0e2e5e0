internal import Approvals
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

/// One tenant of a database being examined, invariant by invariant.
struct Examination {
    let engine: any Inspectable
    let tenant: String
    let settings: Governance.Settings
    /// The log in its order.
    let log: [LogEvent]
    let requests: [ExaminedRequest]

    /// An event of the log, read back from its canonical bytes.
    struct LogEvent {
        let stored: PositionedEvent
        /// When its change set was committed; nil where that isn't in the database.
        let committedAt: Instant?
        let type: String
        let subject: String?
        let actor: String
        let at: Instant
        let facts: JSONObject
        let commitments: JSONObject

        /// Old and new status, where the event changed it.
        var transition: (old: String?, new: String?)? {
            guard let change = facts["changes"]?.array?.first(where: { $0.array?.first == "status" })?.array,
                change.count == 3
            else { return nil }
            return (change[1].string, change[2].string)
        }

        var isRefusal: Bool { facts["refusal"] != nil }
        /// A person's decision about a request.
        var isDecision: Bool {
            ["approved", "rejected", "approvalCancelled"].map { "operationApprovalRequest." + $0 }.contains(type)
                && !isRefusal
        }

        func principals(_ name: String) -> Set<String> {
            switch facts[name] {
            case .array(let values): Set(values.compactMap(\.string))
            case .object(let object): Set(object.names)
            default: []
            }
        }
    }

    struct ExaminedRequest {
        let row: StoredRow
        let machine: OperationApprovalRequestMachine?
        let events: [LogEvent]
        let isHistory: Bool

        /// The event that filed it.
        var filing: LogEvent? { events.first { $0.type == "operationApprovalRequest.filed" && !$0.isRefusal } }
        var decisions: [LogEvent] { events.filter(\.isDecision) }
    }

    init(_ engine: any Inspectable, tenant: String, settings: Governance.Settings) async throws {
        self.engine = engine
        self.tenant = tenant
        self.settings = settings
        var events: [PositionedEvent] = []
        while true {
            let page = try await engine.events(tenant: tenant, from: Int64(events.count), limit: 1000)
            if page.isEmpty { break }
            events += page
        }
        let changes = try await Self.changes(engine, tenant)
        let log = try events.map { try Self.read($0, committedAt: changes[$0.change]) }
        self.log = log
        let bySubject = Dictionary(grouping: log) { $0.subject ?? "" }
        var requests: [ExaminedRequest] = []
        for kind in [Kinds.operationApprovalRequests.name, Kinds.operationApprovalRequestHistory.name] {
            try await Self.each(kind, engine, tenant) { row in
                let key = Key(Kinds.operationApprovalRequests.name, row.row.key.id)
                requests.append(
                    ExaminedRequest(
                        row: row.row, machine: Self.machine(row.row, settings),
                        events: bySubject[key.description] ?? [],
                        isHistory: kind == Kinds.operationApprovalRequestHistory.name))
            }
        }
        self.requests = requests
    }

    /// Every invariant that applies, by its number.
    func run() async throws -> [(check: String, title: String, found: Violations)] {
        [
            ("V1", "Nobody decided a request to which they are a party", decidersAreNoParties()),
            ("V2", "Every decider was an approver by a path that counts", decidersAreReachable()),
            ("V3", "Every stage has at most one outcome", oneOutcomePerRequest()),
            ("V4", "Every request's states are a path of the transition table", statesFollowTheTable()),
            ("V5", "Decisions are earlier than the deadline, expiry isn't", decisionsAreInTime()),
            ("V8", "Decisions name the policy snapshot they were judged by", snapshotsAreKept()),
            ("V9", "What was filed never changes", filedFactsNeverChange()),
            ("V14", "An approved operation ran at most once, and only as approved", executionsMatchApprovals()),
            (
                "V18", "Names are held by active requests, by all of them and by nothing else",
                try await namesAreHeldByActive()
            ),
            ("V19", "Every deadline has its timer, and every timer its deadline", timersFit()),
            ("V20", "Columns and index entries equal what the documents say", try await columnsAndEntriesFit()),
            ("V21", "Every version was written by a change set that left an event", try await versionsHaveChanges()),
            ("V25", "The log's commit times never decrease", timesNeverDecrease()),
            ("V26", "Every access policy came about by an approval", try await policiesWereApproved()),
            ("V28", "Every break-glass is told and followed up", try await emergenciesAreToldAndReviewed()),
            ("V29", "Who changed approver groups was allowed to", protectedChangesWereAllowed()),
            ("V27", "Bootstrap is closed, or there is no policy yet", try await bootstrapIsClosed()),
            ("V31", "Every id that an edge names resolves in its own tenant", try await edgesResolve()),
            (
                "V34", "Every leaf is its event's hash, positions are dense, texts fit their commitments",
                try await leavesAndPositionsHold()
            ),
        ]
    }

    // MARK: Reading

    private static func changes(_ engine: any Inspectable, _ tenant: String) async throws -> [String: Instant] {
        var changes: [String: Instant] = [:]
        var last: String?
        while true {
            let page = try await engine.rawChanges(tenant: tenant, after: last, limit: 1000)
            for change in page { changes[change.id] = change.at }
            guard let end = page.last else { return changes }
            last = end.id
        }
    }

    private static func read(_ event: PositionedEvent, committedAt: Instant?) throws -> LogEvent {
        let value = try JSONReader.read(event.bytes, limits: .stored)
        return LogEvent(
            stored: event, committedAt: committedAt, type: value[path: ["type"]]?.string ?? "",
            subject: value[path: ["subject"]]?.string,
            actor: value[path: ["actor"]]?.string ?? "", at: try Instant(value[path: ["at"]]?.string ?? ""),
            facts: value[path: ["facts"]]?.object ?? JSONObject(),
            commitments: value[path: ["commitments"]]?.object ?? JSONObject())
    }

    static func each(
        _ kind: String, _ engine: any Inspectable, _ tenant: String, _ body: (RawRow) throws -> Void
    ) async throws {
        var after: String?
        while true {
            let page = try await engine.rawRows(kind: kind, tenant: tenant, after: after, limit: 500)
            for row in page { try body(row) }
            guard let last = page.last else { return }
            after = last.row.key.id
        }
    }

    private static func machine(_ row: StoredRow, _ settings: Governance.Settings) -> OperationApprovalRequestMachine? {
        guard let document = try? JSONReader.read(row.document, limits: .stored),
            let internals = try? JSONReader.read(row.internals, limits: .stored),
            let request = try? Document<OperationApprovalRequest>(json: document),
            let inner = try? Document<OperationApprovalRequestInternals>(json: internals)
        else { return nil }
        return try? OperationApprovalRequestMachine(request, inner, retention: settings.requestRetention)
    }
}
