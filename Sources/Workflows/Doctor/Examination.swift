package import EDM
package import JSON
package import Storage

/// One tenant of a database being examined, invariant by invariant.
package struct Examination: Sendable {
    package let engine: any Inspectable
    package let tenant: String
    package let workloads: Workloads
    package let settings: Governance.Settings
    /// The log in its order; empty where not everything is read.
    package let log: [LogEvent]
    package let requests: [ExaminedRequest]

    /// An event of the log, read back from its canonical bytes.
    package struct LogEvent: Sendable {
        package let stored: PositionedEvent
        /// When its change set was committed; nil where that isn't in the database.
        package let committedAt: Instant?
        package let type: String
        /// Nil where no workload of this build declares its type.
        package let activity: AuditEntry.Activity?
        package let subject: String?
        package let actor: String
        package let at: Instant
        package let facts: JSONObject
        package let commitments: JSONObject

        /// Old and new status, where the event changed it.
        package var transition: (old: String?, new: String?)? {
            guard let change = facts["changes"]?.array?.first(where: { $0.array?.first == "status" })?.array,
                change.count == 3
            else { return nil }
            return (change[1].string, change[2].string)
        }

        package var isRefusal: Bool { facts["refusal"] != nil }

        func isTagged(_ tag: AuditEntry.Activity.Tags) -> Bool {
            !isRefusal && activity?.tags.contains(tag) ?? false
        }

        package func principals(_ name: String) -> Set<String> {
            switch facts[name] {
            case .array(let values): Set(values.compactMap(\.string))
            case .object(let object): Set(object.names)
            default: []
            }
        }
    }

    package struct ExaminedRequest: Sendable {
        package let kind: RequestKind
        package let row: StoredRow
        /// Nil where it can't be read.
        package let request: (any ApprovalBearing)?
        package let events: [LogEvent]
        package let isArchived: Bool

        package var name: String { row.key.description }
        /// The event that filed it.
        package var filing: LogEvent? { events.first { $0.isTagged(.filing) } }
        /// The decisions of persons, also those that took another back.
        package var decisions: [LogEvent] { events.filter { $0.isTagged(.decision) } }
    }

    /// - Parameter readsAll: whether to read the log and the requests, too.
    init(
        _ engine: any Inspectable, tenant: String, workloads: Workloads, settings: Governance.Settings, readsAll: Bool
    ) async throws {
        self.engine = engine
        self.tenant = tenant
        self.workloads = workloads
        self.settings = settings
        guard readsAll else {
            (log, requests) = ([], [])
            return
        }
        var events: [PositionedEvent] = []
        while true {
            let page = try await engine.events(tenant: tenant, from: Int64(events.count), limit: 1000)
            if page.isEmpty { break }
            events += page
        }
        let changes = try await Self.changes(engine, tenant)
        let activities = Dictionary(uniqueKeysWithValues: workloads.activities.map { ($0.type, $0) })
        let log = try events.map { try Self.read($0, committedAt: changes[$0.change], activities) }
        self.log = log
        let bySubject = Dictionary(grouping: log) { $0.subject ?? "" }
        var requests: [ExaminedRequest] = []
        for kind in workloads.requests {
            for stored in [kind.kind, kind.archive].compactMap(\.self) {
                var rows: [StoredRow] = []
                try await Self.each(stored.name, engine, tenant) { rows.append($0.row) }
                let isArchived = stored.name != kind.kind.name
                for row in rows {
                    let request = try await kind.read(row, { try await engine.get($0, tenant: tenant) }, settings)
                    // An archived request's events are those of the request that it was.
                    let subject = isArchived ? Key(kind.kind.name, row.key.id) : request?.subject ?? row.key
                    requests.append(
                        ExaminedRequest(
                            kind: kind, row: row, request: request, events: bySubject[subject.description] ?? [],
                            isArchived: isArchived))
                }
            }
        }
        self.requests = requests
    }

    /// What of an activity succeeded.
    package func events(of activity: AuditEntry.Activity) -> [LogEvent] {
        log.filter { $0.activity == activity && !$0.isRefusal }
    }

    /// What one person did alone in the 30 days before the log's end, by the words for it.
    func singlePersonUse() -> [String: Int] {
        guard let end = log.last?.at else { return [:] }
        var uses: [String: Int] = [:]
        for event in log where !event.isRefusal && end - event.at <= .days(30) {
            if let words = event.activity?.alone { uses[words, default: 0] += 1 }
        }
        return uses
    }

    /// Every row of a kind.
    package func each(_ kind: String, _ body: (RawRow) throws -> Void) async throws {
        try await Self.each(kind, engine, tenant, body)
    }

    private static func each(
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

    private static func read(
        _ event: PositionedEvent, committedAt: Instant?, _ activities: [String: AuditEntry.Activity]
    ) throws -> LogEvent {
        let value = try JSONReader.read(event.bytes, limits: .stored)
        let type = value[path: ["type"]]?.string ?? ""
        return LogEvent(
            stored: event, committedAt: committedAt, type: type, activity: activities[type],
            subject: value[path: ["subject"]]?.string, actor: value[path: ["actor"]]?.string ?? "",
            at: try Instant(value[path: ["at"]]?.string ?? ""), facts: value[path: ["facts"]]?.object ?? JSONObject(),
            commitments: value[path: ["commitments"]]?.object ?? JSONObject())
    }
}
