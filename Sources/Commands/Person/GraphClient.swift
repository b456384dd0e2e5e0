internal import ArgumentParser
internal import AsyncHTTPClient
internal import JSON
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// A person's way to a server: `COUNTERSIGN_URL` and `COUNTERSIGN_TOKEN` (security rule R33).
struct GraphClient {
    private let origin: Origin
    private let token: String

    /// - Throws: where there is no token, or where it would travel in the clear.
    init() throws {
        let url = Environment["COUNTERSIGN_URL"] ?? "http://127.0.0.1:8080"
        guard let origin = Origin(argument: url) else {
            throw CommandFailure("COUNTERSIGN_URL '\(url)' isn't an origin such as https://approvals.example.")
        }
        guard origin.scheme == "https" || origin.isLoopback else {
            throw CommandFailure(
                "A token is sent over http to this machine only. Use https in COUNTERSIGN_URL for \(origin.authority).")
        }
        guard let token = Environment["COUNTERSIGN_TOKEN"] else {
            throw CommandFailure(
                "You aren't signed in. Put a bearer token into COUNTERSIGN_TOKEN; for a demo, 'countersign token --as bob' "
                    + "prints one.", code: .notSignedIn)
        }
        self.origin = origin
        self.token = token
    }

    struct Answer {
        let status: Int
        let body: JSONObject

        /// - Throws: what the server says where it refuses.
        func succeeded() throws -> Answer {
            guard (200..<300).contains(status) else { throw CommandFailure(message) }
            return self
        }

        var message: String { body["error"]?.object?["message"]?.string ?? "The server answered \(status)." }
    }

    /// The path and query of a link. Its origin is never followed: the token goes to COUNTERSIGN_URL only.
    func path(ofLink link: String) -> String? {
        guard let authority = link.firstRange(of: "://")?.upperBound,
            let slash = link[authority...].firstIndex(of: "/")
        else { return nil }
        return String(link[slash...])
    }

    /// One call. Redirects aren't followed: they could take the token elsewhere.
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONObject? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: origin.text + path)
        request.method = method
        request.headers = ["Authorization": "Bearer \(token)", "Accept": "application/json"]
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(body.bytes)
        }
        let answer = try await send(request)
        if (300..<400).contains(answer.status) {
            throw CommandFailure(
                "\(origin.text) redirects, which isn't followed. Put the final address into COUNTERSIGN_URL.")
        }
        guard answer.status != 401 else {
            throw CommandFailure(
                "The server doesn't accept the token: \(answer.message) Put a fresh one into COUNTERSIGN_TOKEN.",
                code: .notSignedIn)
        }
        return answer
    }

    private func send(_ request: HTTPClientRequest) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(10), read: .seconds(60))
        // A person who waits wants to hear at once that nobody listens there.
        configuration.connectionPool.retryConnectionEstablishment = false
        if let file = Environment["SSL_CERT_FILE"] {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(file)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, any Error>
        do {
            let response = try await client.execute(request, timeout: .seconds(100))
            let bytes = try await response.body.collect(upTo: 16 << 20)
            let object = try? JSONReader.read(bytes.readableBytesView).object
            result = .success(Answer(status: Int(response.status.code), body: object ?? JSONObject()))
        } catch {
            let isSecure = origin.scheme == "https"
            result = .failure(
                CommandFailure(
                    "There is no answer from \(origin.text). Start the server, or put its address into COUNTERSIGN_URL"
                        + (isSecure ? ", and a private authority's certificate into SSL_CERT_FILE." : ".")))
        }
        try? await client.shutdown()
        return try result.get()
    }
}
