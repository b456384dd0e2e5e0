package import Directory
package import EDM
package import JSON
package import Storage

/// One kind of requests that wait for an approval, as explanations, the history, the person's commands and `doctor` know it.
package struct RequestKind: Sendable {
    package let kind: any AnyKind
    /// Where requests go that have left view.
    package let archive: (any AnyKind)?
    /// Its life as a table: every step that the log may show.
    package let transitions: [Transition]
    /// Facts of its events that are as at filing for ever (V9).
    let filedFacts: [String]
    /// Which requests a caller may see (R22).
    package let visibility: @Sendable (CallerFacts) -> Visibility
    /// Those that a caller filed.
    package let own: @Sendable (Caller) -> Visibility
    /// The calls by which a person decides about a request or withdraws it, by name.
    package let actions: @Sendable (_ id: String) -> [Action]
    /// A request in the words that all kinds have in common, from what readers are shown of it.
    package let summary: @Sendable (JSONObject) -> Summary
    let load: @Sendable (String, inout UnitOfWork, Governance.Settings) async throws -> (any ApprovalBearing)?
    let read: @Sendable (StoredRow, Reader, Governance.Settings) async throws -> (any ApprovalBearing)?
    let explain: @Sendable (any ApprovalBearing, Explaining, Governance, inout UnitOfWork) async throws -> Explanation?

    /// How a checker finds another row of the tenant.
    package typealias Reader = @Sendable (Key) async throws -> StoredRow?

    /// From nothing where a request is filed.
    package struct Transition: Hashable, Sendable {
        package let from: String?
        package let to: String
        package let time: Time

        /// When the step may be taken.
        package enum Time: String, Sendable { case any, beforeDeadline, fromDeadline }

        package init(from: String?, to: String, _ time: Time = .any) {
            self.from = from
            self.to = to
            self.time = time
        }
    }

    /// A call of the person's commands.
    package struct Action: Hashable, Sendable {
        /// `approve`, `deny` or `cancel`.
        package let name: String
        package let method: String
        package let path: String
        /// The body's members that say which request, and where a justification goes.
        package let body: JSONObject
        package let justification: String?

        package init(
            _ name: String, _ method: String, _ path: String, body: JSONObject = JSONObject(),
            justification: String? = nil
        ) {
            self.name = name
            self.method = method
            self.path = path
            self.body = body
            self.justification = justification
        }

        package var json: JSONObject {
            [
                "method": .string(method), "path": .string(path), "body": .object(body),
                "justification": justification.json,
            ]
        }
    }

    /// What a list of several kinds says of each request.
    package struct Summary: Hashable, Sendable {
        package let status: String
        package let requestor: String?
        package let operation: String
        package let object: String?
        package let justification: String?
        package let expiration: Instant?

        package init(
            status: String, requestor: String?, operation: String, object: String?, justification: String? = nil,
            expiration: Instant?
        ) {
            self.status = status
            self.requestor = requestor
            self.operation = operation
            self.object = object
            self.justification = justification
            self.expiration = expiration
        }

        package var json: JSONObject {
            [
                "status": .string(status), "requestor": requestor.json, "operation": .string(operation),
                "object": object.json, "justification": justification.json, "expirationDateTime": expiration.json,
            ]
        }
    }

    /// - Parameters:
    ///   - kind: what is listed of a request.
    ///   - load: a request in view; nil where there is none.
    ///   - read: a request from its row, and others that it needs, in view or archived; nil where it can't be read.
    ///   - explain: what its explanation says besides what is said of every approval.
    package init<Request: ApprovalBearing>(
        _ kind: any AnyKind, archive: (any AnyKind)?, transitions: [Transition], filedFacts: [String],
        visibility: @escaping @Sendable (CallerFacts) -> Visibility, own: @escaping @Sendable (Caller) -> Visibility,
        actions: @escaping @Sendable (_ id: String) -> [Action],
        summary: @escaping @Sendable (JSONObject) -> Summary,
        load: @escaping @Sendable (String, inout UnitOfWork, Governance.Settings) async throws -> Request?,
        read: @escaping @Sendable (StoredRow, Reader, Governance.Settings) async throws -> Request?,
        explain: @escaping @Sendable (Request, Explaining, Governance, inout UnitOfWork) async throws -> Explanation
    ) {
        self.kind = kind
        self.archive = archive
        self.transitions = transitions
        self.filedFacts = filedFacts
        self.visibility = visibility
        self.own = own
        self.actions = actions
        self.summary = summary
        self.load = load
        self.read = read
        self.explain = { request, explaining, governance, unit in
            guard let request = request as? Request else { return nil }
            return try await explain(request, explaining, governance, &unit)
        }
    }

    /// A kind whose requests are one document each.
    package init<Request: StoredRequest>(
        _ request: Request.Type, kind: Kind<Request.Entity>, archive: Kind<Request.Entity>? = nil,
        transitions: [Transition], filedFacts: [String], visibility: @escaping @Sendable (CallerFacts) -> Visibility,
        own: @escaping @Sendable (Caller) -> Visibility, actions: @escaping @Sendable (_ id: String) -> [Action],
        summary: @escaping @Sendable (JSONObject) -> Summary,
        explain: @escaping @Sendable (Request, Explaining, Governance, inout UnitOfWork) async throws -> Explanation
    ) {
        self.init(
            kind, archive: archive, transitions: transitions, filedFacts: filedFacts, visibility: visibility, own: own,
            actions: actions, summary: summary,
            load: { id, unit, settings in try await Request.load(kind, id, in: &unit, settings: settings) },
            read: { row, _, settings in
                let kind = row.key.kind == archive?.name ? archive ?? kind : kind
                return (try? Stored(kind, row)).flatMap { try? Request($0, settings: settings) }
            }, explain: explain)
    }

    /// `actions` by name, as `/countersign/v1/requests` shows them.
    package func actionsJSON(_ id: String) -> JSONObject {
        JSONObject(actions(id).map { ($0.name, .object($0.json)) })
    }
}

extension Workloads {
    /// The kind of a stored request or of an archived one.
    package func requestKind(of kind: String) -> RequestKind? {
        requests.first { $0.kind.name == kind || $0.archive?.name == kind }
    }
}
