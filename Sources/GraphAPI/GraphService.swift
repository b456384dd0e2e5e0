package import Directory
package import EDM
internal import JSON
internal import OData
internal import Storage
internal import Text
package import Workflows

/// Graph as a function of values: sockets, batches, pages, tests and fuzzers all call the same.
package struct GraphService: Sendable {
    package let governance: Governance
    /// The origin that absolute links are built from, such as `http://127.0.0.1:8080`; never the `Host` header.
    package let publicURL: String
    package let model: GraphModel
    private let log: FailureLog
    /// The system's clock, for answers where the store has none.
    let wallClock: @Sendable () -> Instant

    /// Takes what a server's own failure was, for its operator: an answer says only that there was one.
    package typealias FailureLog = @Sendable (_ requestID: String, _ cause: String) -> Void

    package init(
        _ governance: Governance, _ model: GraphModel, publicURL: String,
        wallClock: @escaping @Sendable () -> Instant = { Instant(microseconds: 0) },
        log: @escaping FailureLog = { _, _ in }
    ) {
        self.wallClock = wallClock
        self.governance = governance
        self.model = model
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
        let accepted = try Acceptance(of: request.headers, query)
        if path.utf8.first == UInt8(ascii: "/"), path.utf8.count < 12, version != .countersign,
            ["/$batch", "/%24batch"].contains(path.lowercased())
        {
            guard request.method == "POST" else { throw MethodNotAllowed(allowed: ["POST"]) }
            return try await batch(request, version, as: caller)
        }
        let target = try model.resolve(request.target, path, version: version, query: query)
        // HEAD is GET; whoever writes the answer leaves its body out (RFC 9110 §9.3.2).
        let method = request.method == "HEAD" ? "GET" : request.method
        guard let endpoint = target.node.endpoints.first(where: { $0.method == method }) else {
            throw MethodNotAllowed(allowed: target.node.endpoints.map(\.method))
        }
        let keys = try endpoint.place.keys(target.keys, of: caller)
        var arguments: [String: JSONValue] = [:]
        if let function = target.function ?? endpoint.parameters.first.map({ _ in PathSegment(endpoint.name) }) {
            arguments = try function.values(of: endpoint.parameters, in: query, BodyReader(in: version.graph))
        }
        try admit(caller, to: endpoint, request)
        var call = Invocation(
            service: self, request: request, version: version, caller: caller, endpoint: endpoint, keys: keys,
            keyProperty: target.namedKey?.name, query: query, arguments: arguments, governance: governance)
        call.caller.correlationId = request.requestID
        let response = method == "GET" ? try await read(call) : try await write(call)
        return accepted.json == .omitted ? response.withoutMetadata : response
    }

    /// An answer to a reader is one session of questions; what it expands is of one state of the data.
    private func read(_ call: Invocation) async throws -> GraphResponse {
        try await governance.answer(consistently: !call.query.expand.isEmpty) { governance in
            guard try await governance.isActive(call.caller) else { throw AccountInactive() }
            var call = call
            call.governance = governance
            return try await call.endpoint.run(call)
        }
    }

    private func write(_ call: Invocation) async throws -> GraphResponse {
        guard try await governance.isActive(call.caller) else { throw AccountInactive() }
        var call = call
        if let ifMatch = try Self.ifMatch(call.request.headers, of: call.endpoint, call.id) {
            call.governance = governance.expecting(ifMatch)
        }
        return try await call.endpoint.run(call)
    }

    /// The header `If-Match`: `*`, or entity tags as answers bear them, strong or weak.
    /// - Throws: 400 for anything else.
    private static func ifMatch(
        _ headers: GraphHeaders, of endpoint: Endpoint, _ id: String?
    ) throws(ODataError) -> IfMatch? {
        let fields = headers.all("If-Match")
        guard !fields.isEmpty, let id, let kind = endpoint.place.resource.kind else { return nil }
        let key = Key(kind.name, id)
        let tags = fields.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }.map(\.trimmingBlanks)
        if tags == ["*"] { return IfMatch(key, versions: nil) }
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
        return IfMatch(key, versions: versions)
    }

    /// Ids compare exactly after GUIDs are put in lower case.
    package static func normalized(_ id: String) -> String { id.isGUID ? id.lowercased() : id }

    static func split(_ target: String) throws(ODataError) -> (Version, path: Substring, ODataQuery) {
        let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
        let query = try mark.map { mark throws(ODataError) in
            try ODataQuery(String(target[target.utf8.index(after: mark)...]))
        }
        let path = target[..<(mark ?? target.endIndex)].drop { $0 == "/" }
        for version in Version.allCases {
            let root = version.rawValue
            guard path.utf8.count >= root.utf8.count else { continue }
            let end = path.utf8.index(path.startIndex, offsetBy: root.utf8.count)
            guard end == path.endIndex || path.utf8[end] == UInt8(ascii: "/"),
                zip(path.utf8, root.utf8).allSatisfy({ $0.asciiLowercased == $1 })
            else { continue }
            return (version, path[end...], query ?? emptyQuery)
        }
        throw ODataError(status: 404, code: "ResourceNotFound", message: "Graph is served under /beta and /v1.0.")
    }

    private static let emptyQuery: ODataQuery = {
        do { return try ODataQuery("") } catch { preconditionFailure("a query of nothing is one: \(error)") }
    }()

    /// The permission row: data that decides whether a token may come in.
    private func admit(_ caller: Caller, to endpoint: Endpoint, _ request: GraphRequest) throws(ODataError) {
        guard !endpoint.access.admits(caller) else { return }
        let dialect = endpoint.place.dialect
        let wanted = endpoint.access.alternatives(for: caller).map { $0.joined(separator: " and ") }
        throw ODataError(
            status: 403, code: dialect.forbidden,
            message: wanted.isEmpty
                ? "This operation isn't available to \(caller.isApplication ? "applications" : "users")."
                : dialect.denied(wanted, request.requestID))
    }
}

/// The resource exists and doesn't take the method.
struct MethodNotAllowed: Error {
    let allowed: [String]
}
