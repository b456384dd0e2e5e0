internal import JSON
internal import NIOHTTP1

/// Where a person's commands find requests, of whatever kind.
enum RequestPaths {
    static let all = "/countersign/v1/requests"
    /// One request, with the calls that decide it.
    static func request(_ id: String) -> String { "\(all)/\(id)" }
    static func explanation(_ id: String) -> String { "\(request(id))/explain" }
}

/// A call by which a person decides about a request or withdraws it: as the server names it beside the request.
struct RequestCall {
    let method: HTTPMethod
    let path: String
    private let body: JSONObject
    private let justification: String?

    enum Action: String { case approve, deny, cancel }

    /// - Parameter request: what the server says of it. One that names no calls has one kind of requests only. A call is a path
    ///   of the same server: the token goes nowhere else.
    init(_ action: Action, _ id: String, of request: JSONObject) {
        if let call = request["@countersign.actions"]?.object?[action.rawValue],
            let path = call[path: ["path"]]?.string,
            path.hasPrefix("/")
        {
            method = HTTPMethod(rawValue: call[path: ["method"]]?.string ?? "POST")
            self.path = path
            body = call[path: ["body"]]?.object ?? JSONObject()
            justification = call[path: ["justification"]]?.string
            return
        }
        method = .POST
        switch action {
        case .approve, .deny:
            path = "\(Requests.path)/\(id)/\(action == .approve ? "approve" : "reject")"
            body = JSONObject()
            justification = "justification"
        case .cancel:
            path = "\(Requests.path)/cancelMyRequest"
            body = ["id": .string(id)]
            justification = nil
        }
    }

    func send(_ client: GraphClient, justification text: String? = nil) async throws -> GraphClient.Answer {
        var body = body
        if let justification, let text { body[justification] = .string(text) }
        return try await client.call(method, path, body)
    }
}
