internal import EDM
internal import GraphAPI
internal import JSON
internal import Storage
internal import Workflows

extension Route {
    /// What monitors ask. Answers carry no detail: they're for everybody who reaches the server.
    static func operations(_ governance: Governance, _ warnings: Warnings, version: String) -> [Route] {
        [
            Route("GET", "/livez", isGuarded: false) { _ in .json(["status": "alive"]) },
            Route("GET", "/readyz", isGuarded: false) { _ in
                do {
                    // A trusted clock and one read that reaches the storage.
                    _ = try await governance.store.now()
                    _ = try await governance.store.engine.nextSettling()
                    let warnings = try await warnings.current()
                    guard warnings.isEmpty else { return .json(["status": "ready", "warnings": warnings.json]) }
                } catch {
                    throw HTTPFailure(
                        503, "ServiceUnavailable", "The server can't decide anything at the moment. Its log says why.",
                        headers: ["Retry-After": "5"])
                }
                return .json(["status": "ready"])
            },
            Route("GET", "/version", isGuarded: false) { _ in .json(["version": .string(version)]) },
        ]
    }
}

extension GraphResponse {
    static func json(_ object: JSONObject, status: Int = 200) -> GraphResponse {
        GraphResponse(status: status, headers: ["Content-Type": "application/json"], body: object.bytes)
    }
}
