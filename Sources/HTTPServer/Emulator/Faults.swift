internal import EDM
internal import GraphAPI
internal import JSON
internal import Synchronization

/// Failures and delays that an emulator answers with on purpose, so that clients' retries can be tested.
final class Faults: Sendable {
    private let rules = Mutex<[Fault]>([])

    func add(_ fault: Fault) { rules.withLock { $0.append(fault) } }
    func clear() { rules.withLock { $0 = [] } }
    var all: [Fault] { rules.withLock { $0 } }

    /// The first fault that a request meets; one with a count is used up by it.
    func next(for request: Incoming) -> Fault? {
        rules.withLock { rules in
            guard let index = rules.firstIndex(where: { $0.meets(request) }) else { return nil }
            let fault = rules[index]
            if let count = fault.count {
                rules[index].count = count - 1
                if count == 1 { rules.remove(at: index) }
            }
            return fault
        }
    }
}

/// What `POST faults` takes.
struct Fault: Hashable, Sendable {
    /// The first segments of the paths that it is for, in any case.
    let path: String
    let method: String?
    /// 429 or 503; nil only delays.
    let status: Int?
    let retryAfter: Int
    let latency: Duration?
    /// How many requests it is for; nil until it is cleared.
    var count: Int?

    static let longestLatency: Duration = .seconds(30)

    init(_ order: JSONObject) throws(Invalid) {
        try order.only(["path", "method", "status", "retryAfter", "latency", "count"])
        path = try order.optional("path", String.init(json:)) ?? "/"
        guard path.hasPrefix("/") else { throw Invalid(path: "path", reason: "must begin with '/', such as /beta.") }
        method = try order.optional("method", String.init(json:))?.uppercased()
        status = try order.optional("status", Int64.init(json:)).map { Int($0) }
        guard status.map([429, 503].contains) ?? true else {
            throw Invalid(path: "status", reason: "must be 429 or 503.")
        }
        retryAfter = Int(try order.optional("retryAfter", Int64.init(json:)) ?? 1)
        guard 0...3600 ~= retryAfter else {
            throw Invalid(path: "retryAfter", reason: "must be from 0 to 3600 seconds.")
        }
        latency = try order.optional("latency", Duration.init(json:))
        guard latency.map({ .zero < $0 && $0 <= Self.longestLatency }) ?? true else {
            throw Invalid(path: "latency", reason: "must be a duration of at most PT30S.")
        }
        guard status != nil || latency != nil else {
            throw Invalid(reason: "needs a 'status' (429 or 503), a 'latency' such as PT0.2S, or both.")
        }
        count = try order.optional("count", Int64.init(json:)).map { Int($0) }
        guard count.map({ 1...1_000_000 ~= $0 }) ?? true else {
            throw Invalid(path: "count", reason: "must be at least 1.")
        }
    }

    fileprivate func meets(_ request: Incoming) -> Bool {
        let wanted = path.split(separator: "/").map { $0.lowercased() }
        return (method.map { $0 == request.method } ?? true)
            && request.segments.prefix(wanted.count).map { $0.lowercased() } == wanted
    }

    /// What the request is answered with instead, after the delay; nil lets it go on.
    func strike() async throws -> HTTPFailure? {
        if let latency { try await Task.sleep(for: latency) }
        guard let status else { return nil }
        return HTTPFailure(
            status, status == 429 ? "TooManyRequests" : "ServiceUnavailable",
            "The emulator was told to fail here (POST /countersign/emulator/faults).",
            headers: ["Retry-After": String(retryAfter)])
    }

    var json: JSONValue {
        [
            "path": .string(path), "method": method.json, "status": status.map { .integer(Int64($0)) } ?? .null,
            "retryAfter": .integer(Int64(retryAfter)), "latency": latency.json,
            "count": count.map { .integer(Int64($0)) } ?? .null,
        ]
    }
}

extension Route {
    /// `faults` of the emulator's controls.
    static func faults(_ faults: Faults, root: String) -> [Route] {
        [
            Route("GET", "\(root)/faults") { _ in .json(["value": .array(faults.all.map(\.json))]) },
            Route("POST", "\(root)/faults") { request in
                let fault = try Fault(request.order())
                faults.add(fault)
                return .json(fault.json.object ?? JSONObject(), status: 201)
            },
            Route("DELETE", "\(root)/faults") { _ in
                faults.clear()
                return GraphResponse(status: 204)
            },
        ]
    }
}
