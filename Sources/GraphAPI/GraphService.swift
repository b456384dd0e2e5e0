package import Directory
package import EDM
internal import JSON
internal import OData
internal import Storage
package import Workflows

/// Graph as a function of values: sockets, batches, pages, tests and fuzzers all call the same.
package struct GraphService: Sendable {
    package let governance: Governance
    /// The origin that absolute links are built from, such as `http://127.0.0.1:8080`; never the `Host` header.
    package let publicURL: String
    let model: GraphModel = .served
    private let log: FailureLog
    /// The system's clock, for answers where the store has none.
    let wallClock: @Sendable () -> Instant

    /// Takes what a server's own failure was, for its operator: an answer says only that there was one.
    package typealias FailureLog = @Sendable (_ requestID: String, _ cause: String) -> Void

    package init(
        _ governance: Governance, publicURL: String,
        wallClock: @escaping @Sendable () -> Instant = { Instant(microseconds: 0) },
        log: @escaping FailureLog = { _, _ in }
    ) {
        self.wallClock = wallClock
        self.governance = governance
        self.publicURL = publicURL
        self.log = log
    }

    /// Answers a request of an authenticated caller. Never throws: every failure is Graph's error envelope.
    package func respond(to request: GraphRequest, as caller: Caller) async -> GraphResponse {
        do {
            var response = try await answer(request, as: caller)
            response.headers["OData-Version"] = "4.0"
            return response
        } catch {
            let response = await failure(error, request)
            // 501 is an answer like 404: nothing failed. Of others, a type's name where nobody knows what the words hold.
            if response.status >= 500, response.status != 501 {
                log(request.requestID, (error as? StorageError)?.description ?? "\(type(of: error))")
            }
            return response
        }
    }

    private func answer(_ request: GraphRequest, as caller: Caller) async throws -> GraphResponse {
        let (version, path, query) = try Self.split(request.target)
        try Self.accept(request.headers, query)
        if ["/$batch", "/%24batch"].contains(path.lowercased()), version != .countersign {
            guard request.method == "POST" else { throw MethodNotAllowed(allowed: ["POST"]) }
            return try await batch(request, version, as: caller)
        }
        let target = try model.resolve(
            try ODataPath(String(path)).segments, version: version, query: query,
            me: caller.isApplication ? nil : caller.principal.id)
        // HEAD is GET; whoever writes the answer leaves its body out (RFC 9110 §9.3.2).
        let method = request.method == "HEAD" ? "GET" : request.method
        let (set, key, operation, arguments) = try choose(target, method, query)
        let id = key.map(Self.normalized)
        try Self.admit(caller, to: operation.access, isDirectory: set.isDirectory, requestID: request.requestID)
        var caller = caller
        caller.correlationId = request.requestID
        let precondition = method == "GET" ? nil : try Self.precondition(request.headers, on: set, id)
        func run(_ governance: Governance) async throws -> GraphResponse {
            guard try await governance.isActive(caller) else { throw AccountInactive() }
            return try await operation.run(
                Invocation(
                    service: self, governance: precondition.map(governance.expecting) ?? governance, request: request,
                    version: version, caller: caller, set: set, id: id, query: query, arguments: arguments))
        }
        // Only what reads may run twice.
        return method == "GET" ? try await governance.answer(run) : try await run(governance)
    }

    /// The operation that the method chooses on a target.
    private func choose(_ target: GraphModel.Target, _ method: String, _ query: ODataQuery) throws -> (
        EntitySet, id: String?, Operation, arguments: [String: String]
    ) {
        switch target {
        case .collection(let set):
            if method == "GET" { return (set, nil, Reads.list(set), [:]) }
            return (set, nil, try Self.write(method, on: .collection, of: set, reads: true), [:])
        case .count(let set):
            guard method == "GET" else { throw MethodNotAllowed(allowed: ["GET"]) }
            return (set, nil, Reads.count(set), [:])
        case .entity(let set, let id):
            if method == "GET" { return (set, id, Reads.get(set), [:]) }
            return (set, id, try Self.write(method, on: .entity, of: set, reads: true), [:])
        case .navigation(let set, let id, let navigation, let isCount):
            guard method == "GET" else { throw MethodNotAllowed(allowed: ["GET"]) }
            return (set, id, Reads.navigate(navigation, isCount: isCount), [:])
        case .reference(let set, let id, let link, let member):
            // DELETE …/$ref?$id=URL, which SDKs write as @id, names the link in the query (OData 4.01 Protocol §11.4.6.2).
            let url = query.entityId ?? query.custom.first { $0.name == "@id" }?.value
            let named = url.map { GraphModel.lastKey(of: $0) }
            return (set, id, try link.operation(method, member ?? (method == "DELETE" ? named : nil)), [:])
        case .operations(let set, let id, let operations, let segment):
            guard let operation = operations.first(where: { $0.method == method }) else {
                throw MethodNotAllowed(allowed: operations.map(\.method))
            }
            return (set, id, operation, try segment.parameters(operation.parameters, in: query))
        }
    }

    /// The header `If-Match`: `*`, or entity tags as answers bear them, strong or weak.
    /// - Throws: 400 for anything else.
    private static func precondition(
        _ headers: GraphHeaders, on set: EntitySet, _ id: String?
    ) throws(ODataError) -> Precondition? {
        let fields = headers.all("If-Match")
        guard !fields.isEmpty, let id else { return nil }
        let key = Key(set.kind.name, id)
        let tags = fields.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(\.trimmingSpaces)
        if tags == ["*"] { return Precondition(key, versions: nil) }
        var versions: Set<String> = []
        for tag in tags {
            let quoted = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag[...]
            guard quoted.utf8.count >= 2, quoted.hasPrefix("\""), quoted.hasSuffix("\""),
                !quoted.dropFirst().dropLast().contains("\"")
            else {
                throw .badRequest(
                    "The header 'If-Match' has '\(tag)', which is no entity tag. Send what ETag said, or *.")
            }
            versions.insert(String(quoted.dropFirst().dropLast()))
        }
        return Precondition(key, versions: versions)
    }

    private static func write(
        _ method: String, on binding: Operation.Binding, of set: EntitySet, reads: Bool
    ) throws -> Operation {
        let writes = set.operations.filter { $0.binding == binding && $0.name.isEmpty }
        guard let operation = writes.first(where: { $0.method == method }) else {
            throw MethodNotAllowed(allowed: ["GET"] + writes.map(\.method))
        }
        return operation
    }

    /// Answers are JSON (`$count` is text): a client that takes neither is told so.
    private static func accept(_ headers: GraphHeaders, _ query: ODataQuery) throws(ODataError) {
        if let format = query.format?.lowercased(), !format.hasPrefix("json"), !format.hasPrefix("application/json") {
            throw .badRequest("$format is '\(format)', and only json is served. Leave it out.")
        }
        let accepted = headers.all("Accept").flatMap { $0.split(separator: ",") }
            .map { $0.prefix { $0 != ";" }.trimmingSpaces.lowercased() }
        guard
            accepted.isEmpty
                || !Set(accepted).isDisjoint(with: ["*/*", "application/*", "application/json", "text/plain"])
        else {
            throw ODataError(
                status: 406, code: "NotAcceptable",
                message:
                    "The answer is application/json, which the Accept header doesn't take. Send Accept: application/json."
            )
        }
    }

    /// Ids compare exactly after GUIDs are put in lower case.
    static func normalized(_ id: String) -> String { UUIDs.isUUID(id) ? id.lowercased() : id }

    private static func split(_ target: String) throws(ODataError) -> (Version, path: Substring, ODataQuery) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let query = try ODataQuery(mark.map { String(target[target.utf8.index(after: $0)...]) } ?? "")
        let path = target[..<(mark ?? target.endIndex)].drop { $0 == "/" }
        for version in Version.allCases {
            let root = version.rawValue
            guard path.utf8.count >= root.utf8.count else { continue }
            let end = path.utf8.index(path.startIndex, offsetBy: root.utf8.count)
            guard String(path[..<end]).equalsIgnoringCase(root), end == path.endIndex || path[end] == "/" else {
                continue
            }
            return (version, path[end...], query)
        }
        throw ODataError(status: 404, code: "ResourceNotFound", message: "Graph is served under /beta and /v1.0.")
    }

    /// The permission row: data that decides whether a token may come in.
    static func admit(_ caller: Caller, to access: Access, isDirectory: Bool, requestID: String) throws(ODataError) {
        guard !access.admits(caller) else { return }
        let wanted = access.permissions(for: caller)
        if wanted.isEmpty {
            throw ODataError(
                status: 403, code: isDirectory ? "Authorization_RequestDenied" : "Forbidden",
                message: "This operation isn't available to \(caller.isApplication ? "applications" : "users").")
        }
        throw isDirectory
            ? ODataError(
                status: 403, code: "Authorization_RequestDenied",
                message: "Insufficient privileges to complete the operation. The token needs one of: "
                    + wanted.joined(separator: ", ") + ".")
            : ODataError(
                status: 403, code: "Forbidden",
                message: "Application is not authorized to perform this operation. Application must have one of the "
                    + "following scopes: \(wanted.joined(separator: ", ")) - Operation ID (for customer support): "
                    + "00000000-0000-0000-0000-000000000000 - Activity ID: \(requestID)")
    }
}

/// The resource exists and doesn't take the method.
struct MethodNotAllowed: Error {
    let allowed: [String]
}
