internal import Directory
internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

extension Surface {
    /// What Graph has no words for, under `/countersign/v1`: the requests of every kind in one collection, with the calls by
    /// which a person decides each and why it stands where it stands; and those that have left Graph's paths.
    /// - Parameter access: the row by which a caller's token may read requests of a kind where they live.
    static func requests(of kinds: [RequestKind], access: [Access]) -> Surface {
        let all = RequestCollection(kinds: kinds, isArchive: false)
        let archived = RequestCollection(kinds: kinds.filter { $0.archive != nil }, isArchive: true)
        let anybody = Access(delegated: access.flatMap(\.delegated), application: access.flatMap(\.application))
        let explain = Operation("GET", "explain", on: .entity) { call in
            let (found, _) = try await all.find(call)
            let (caller, model) = (call.caller, call.service.model)
            let explanation = try await call.governance.explain(found.row.id, in: caller.tenant) {
                model.admits(caller, toRead: $0)
            }
            return GraphResponse(
                status: 200, headers: ["Content-Type": Reads.contentType], body: explanation.bytes)
        }
        let resources = [
            (
                all.resource("requests", operations: [explain]),
                ["/requests", "/requests/{id}", "/requests/{id}/explain"]
            ),
            (archived.resource("history"), ["/history", "/history/{id}"]),
        ].filter { $0.0 != nil }
        return Surface(
            .countersign,
            permissions: PermissionTable(
                resources.flatMap(\.1).map {
                    PermissionTable.Row(version: .countersign, method: "GET", path: $0, access: anybody)
                }),
            resources.compactMap(\.0))
    }
}

/// Requests of several kinds as one collection, the newest first, each as its kind's own set shows it.
private struct RequestCollection: Sendable {
    let kinds: [RequestKind]
    let isArchive: Bool

    func resource(_ name: String, operations: [Operation] = []) -> Resource? {
        guard let first = kinds.first.flatMap(stored) else { return nil }
        return .collection(
            name, first, versions: [.countersign],
            reads: Resource.ReadRuns(list: list, count: count, get: get), operations: operations)
    }

    /// The stored kind of which this collection shows requests.
    private func stored(_ kind: RequestKind) -> (any AnyKind)? { isArchive ? kind.archive : kind.kind }

    /// One kind's part of the collection, for one caller.
    private struct Part {
        let kind: RequestKind
        let call: Invocation
        let stored: any AnyKind
        let visibility: Visibility
    }

    /// The parts that the caller's token may read.
    private func parts(_ call: Invocation) async throws -> [Part] {
        let facts = try await call.facts()
        return kinds.compactMap { kind in
            guard let home = call.service.model.home(of: kind.kind.name), home.access.admits(call.caller),
                let stored = stored(kind)
            else { return nil }
            return Part(
                kind: kind, call: call.bound(to: home.place, keys: call.keys), stored: stored,
                visibility: kind.visibility(facts))
        }
    }

    // MARK: One

    func find(_ call: Invocation) async throws -> (row: RowOfKind, kind: RequestKind) {
        let id = call.id ?? ""
        for kind in isArchive ? [] : kinds {
            // One's own needs no question to the directory.
            guard let home = call.service.model.home(of: kind.kind.name), home.access.admits(call.caller) else {
                continue
            }
            let row = try await call.governance.store.read(
                kind.kind, id, tenant: call.caller.tenant, visibility: kind.own(call.caller))
            if let row { return (RowOfKind(row: row, call: call.bound(to: home.place, keys: call.keys)), kind) }
        }
        for part in try await parts(call) {
            let row = try await call.governance.store.read(
                part.stored, id, tenant: call.caller.tenant, visibility: part.visibility)
            if let row { return (RowOfKind(row: row, call: part.call), part.kind) }
        }
        throw Reads.notFound(call)
    }

    struct RowOfKind {
        let row: ReadRow
        /// Bound to the set where requests of the kind live.
        let call: Invocation
    }

    private var get: Operation.Run {
        { call in
            let (found, kind) = try await find(call)
            return try await Reads.shown(found.row, found.call, on: call, context: "/$entity") {
                signed($0, kind, found.row)
            }
        }
    }

    /// The representation with its kind, what lists of several kinds say of it, and the calls by which a person decides.
    private func signed(_ document: [UInt8], _ kind: RequestKind, _ row: ReadRow) -> [UInt8] {
        var annotations: JSONObject = ["@countersign.kind": .string(kind.kind.name)]
        if let whole = (try? JSONReader.read(row.document, limits: .stored))?.object {
            annotations["@countersign.summary"] = .object(kind.summary(whole).json)
        }
        if !isArchive { annotations["@countersign.actions"] = .object(kind.actionsJSON(row.id)) }
        var bytes = document
        bytes.removeLast()
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        return bytes + annotations.bytes.dropFirst()
    }

    // MARK: Many

    /// A question of every part that has what it asks about; a property that only one kind has concerns that kind alone.
    private func asked<Answer>(
        _ call: Invocation, _ ask: (Part) async throws -> Answer
    ) async throws -> [(part: Part, answer: Answer)] {
        var answers: [(part: Part, answer: Answer)] = []
        var complaint: ODataError?
        for part in try await parts(call) {
            do { answers.append((part, try await ask(part))) } catch let error as ODataError where error.status == 400 {
                complaint = complaint ?? error
            }
        }
        if let complaint, answers.isEmpty { throw complaint }
        return answers
    }

    private var count: Operation.Run {
        { call in
            try Reads.refuse(call.query, but: [.filter])
            return Reads.number(try await total(call))
        }
    }

    private func total(_ call: Invocation) async throws -> Int {
        try await asked(call) { part in
            try await call.governance.store.count(
                Query(
                    part.stored, tenant: call.caller.tenant, visibility: part.visibility,
                    filter: try await Reads.filter(part.call)))
        }.reduce(0) { $0 + $1.answer }
    }

    private var list: Operation.Run {
        { call in
            try Reads.refuse(call.query, but: [.select, .expand, .filter, .orderby, .top, .skip, .count])
            let token = try await PageToken.open(call)
            let size = PageSize(call, token)
            let skipped = token == nil ? call.query.skip ?? 0 : 0
            let answers = try await asked(call) { part in
                let order = try Reads.order(part.call)
                let query = Query(
                    part.stored, tenant: call.caller.tenant, visibility: part.visibility,
                    filter: try await Reads.filter(part.call), order: order, after: token?.after,
                    limit: size.rows == 0 ? 0 : skipped + size.rows + 1)
                let rows = size.rows == 0 ? [] : try await call.governance.store.read(query)
                let shape = try Shape(of: part.call)
                return (
                    shape: shape, order: query.order,
                    rows: try rows.map { (row: $0, position: try Reads.position(of: $0, in: query.order)) }
                )
            }
            let order = answers.first?.answer.order ?? []
            let merged = answers.flatMap { part, answer in
                answer.rows.map { (part: part, shape: answer.shape, row: $0.row, position: $0.position) }
            }.sorted { a, b in
                for (index, term) in order.enumerated() where a.position[index] != b.position[index] {
                    return a.position[index].precedes(b.position[index]) != term.isDescending
                }
                return false
            }.dropFirst(skipped)
            var body = PageBody(context: Contexts.resource(call), selection: answers.first?.answer.shape?.selection)
            if call.query.count { body.count = try await total(call) }
            if merged.count > size.rows, let last = merged.prefix(size.rows).last {
                body.next = try await PageToken(after: last.position, pageSize: size.preferred).link(call)
            }
            for (part, shape, row, _) in merged.prefix(size.rows) {
                let shown = try await shape?.shown(row.document, part.call) ?? row.document
                body.add(signed(shown, part.kind, row))
            }
            return GraphResponse(status: 200, headers: size.headers, body: body.bytes)
        }
    }
}
