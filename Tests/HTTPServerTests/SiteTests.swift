import GraphAPI
import JSON
import Synchronization
import Testing

@testable import HTTPServer

@Suite struct SiteTests {
    @Test("Graph has two routes, and they and Countersign's own are for callers with a token")
    func graphRoutes() async throws {
        let routes = try await TestSite.demo().site.table.routes
        let authenticated = routes.filter { if case .authenticated = $0.handler { true } else { false } }
        #expect(authenticated.map(\.description) == ["* /beta/**", "* /v1.0/**", "* /countersign/v1/**"])
        #expect(authenticated.allSatisfy { $0.isGuarded })
    }

    @Test("Everything else that a demo serves is in this list")
    func otherRoutes() async throws {
        let tenant = "5ba2cf92-9b8b-5a5c-bee5-ea6df726d8bc"
        let routes = try await TestSite.demo().site.table.routes.map(\.description)
        #expect(
            Set(routes.dropFirst(3)) == [
                "GET,HEAD /", "GET,HEAD /livez", "GET,HEAD /readyz", "GET,HEAD /version",
                "GET,HEAD /\(tenant)/discovery/v2.0/keys",
                "GET,HEAD /\(tenant)/v2.0/.well-known/openid-configuration",
                "* /\(tenant)/oauth2/v2.0/authorize", "* /\(tenant)/oauth2/v2.0/token",
                "* /\(tenant)/oauth2/v2.0/devicecode",
                "GET,HEAD /countersign/emulator/clock", "POST /countersign/emulator/clock",
                "POST /countersign/emulator/reset", "POST /countersign/emulator/tokens",
                "POST /countersign/emulator/seed", "GET,HEAD /countersign/emulator/settings",
                "PATCH /countersign/emulator/settings", "GET,HEAD /countersign/emulator/snapshots",
                "POST /countersign/emulator/snapshots/{name}", "DELETE /countersign/emulator/snapshots/{name}",
                "PUT /countersign/emulator/snapshots/{name}/restore",
                "GET,HEAD /countersign/emulator/faults", "POST /countersign/emulator/faults",
                "DELETE /countersign/emulator/faults",
            ])
    }

    @Test("Without the flag there is no emulator")
    func noEmulator() async throws {
        let routes = try await TestSite.demo(emulator: false).site.table.routes.map(\.description)
        #expect(!routes.contains { $0.contains("emulator") })
    }

    @Test(
        "Each refusal before Graph is Graph's envelope with the request's ids",
        arguments: [
            ("GET", "/nothing", [], 404, "ResourceNotFound"),
            ("GET", "/betaX", [], 404, "ResourceNotFound"),
            ("DELETE", "/livez", [], 405, "Request_BadRequest"),
            ("GET", "beta/me", [], 400, "BadRequest"),
            ("GET", "/beta/" + String(repeating: "a", count: 20_000), [], 414, "BadRequest"),
            ("GET", "/beta/me", [("X", String(repeating: "a", count: 40_000))], 431, "BadRequest"),
            ("GET", "/beta/me", [("Host", "127.0.0.1:8080")], 400, "BadRequest"),
            ("GET", "/beta/me", [("authorization", "Bearer a"), ("Authorization", "Bearer b")], 400, "BadRequest"),
            ("GET", "/beta/me", [], 401, "InvalidAuthenticationToken"),
            ("POST", "/5ba2cf92-9b8b-5a5c-bee5-ea6df726d8bc/oauth2/v2.0/token", [], 501, "NotImplemented"),
            ("POST", "/countersign/emulator/tokens", [("Content-Type", "text/plain")], 415, "UnsupportedMediaType"),
            ("POST", "/countersign/emulator/tokens", [("Content-Encoding", "br")], 415, "UnsupportedMediaType"),
        ] as [(String, String, [(name: String, value: String)], Int, String)])
    func envelopes(
        method: String, target: String, fields: [(name: String, value: String)], status: Int, code: String
    ) async throws {
        let request = TestSite.request(method, target, fields + [("client-request-id", "mine-1")])
        let answer = try await TestSite.demo().answer(request)
        #expect((answer.status, answer.code) == (status, code))
        let error = try JSONReader.read(answer.2.body).object?["error"]?.object
        #expect(error?["message"]?.string?.isEmpty == false)
        #expect(error?["innerError"]?.object?["request-id"]?.string == request.ids.own)
        #expect(error?["innerError"]?.object?["client-request-id"]?.string == "mine-1")
        #expect(error?["innerError"]?.object?["date"]?.string?.count == 19)
    }

    @Test("A body is read only when everything before it has let the request in")
    func bodyLast() async throws {
        struct Read: Error {}
        let site = try await TestSite.demo().site
        let length = [(name: "Content-Length", value: "2")]
        let (response, _) = try await site.respond(to: TestSite.request("POST", "/beta/me", length)) { throw Read() }
        #expect(response.status == 401)
        await #expect(throws: Read.self) {
            _ = try await site.respond(to: TestSite.request("GET", "/livez", length)) { throw Read() }
        }
    }

    @Test(
        "Without a field that announces one there is no body to wait for",
        arguments: [
            ([], false), ([("Content-Length", "0")], false), ([("Content-Length", "1")], true),
            ([("transfer-encoding", "chunked")], true),
        ] as [([(name: String, value: String)], Bool)])
    func bodies(fields: [(name: String, value: String)], isRead: Bool) async throws {
        let reads = Atomic(0)
        _ = try await TestSite.demo().site.respond(to: TestSite.request("GET", "/livez", fields)) {
            reads.add(1, ordering: .relaxed)
            return []
        }
        #expect(reads.load(ordering: .relaxed) == (isRead ? 1 : 0))
    }

    @Test(
        "Each field that may come once is refused by its name when it comes twice",
        arguments: HeadFields.Single.allCases)
    func repeated(field: HeadFields.Single) async throws {
        let twice = field == .host ? [("HOST", "a")] : [(field.name.lowercased(), "a"), (field.name.uppercased(), "a")]
        // Beside others that may come twice.
        let fields =
            [("Accept", "a"), ("Accept", "b"), ("x-msft-approval-cod", "a"), ("x-msft-approval-cod", "a")] + twice
        let answer = try await TestSite.demo().answer(
            TestSite.request("GET", "/beta/me", fields.map { (name: $0.0, value: $0.1) }))
        #expect((answer.status, answer.code) == (400, "BadRequest"))
        let message = try JSONReader.read(answer.2.body).object?["error"]?.object?["message"]?.string
        #expect(message == "The header '\(field.name)' must not appear more than once.")
    }

    @Test(
        "A door is found in any case and with slashes too many, and nothing beside it",
        arguments: [
            ("/beta", true), ("/beta/", true), ("/beta?a", true), ("/BetA/me", true), ("/v1.0", true),
            ("/V1.0/me", true),
            ("//beta//me", true), ("/countersign/v1", true), ("/Countersign/V1/requests", true),
            ("//countersign//v1", true), ("/betaX", false), ("/bet", false), ("/v1.00", false), ("/v1", false),
            ("/countersign", false), ("/countersign/v10", false), ("/v1N0", false), ("/%62eta", false),
            ("/x/beta", false), ("/beta\u{301}", false), ("/\u{12}eta", false), ("/b\u{65}ta/", true),
        ])
    func doors(target: String, isServed: Bool) async throws {
        let answer = try await TestSite.demo().answer(TestSite.request("GET", target))
        #expect(answer.status == (isServed ? 401 : 404))
    }

    @Test("A token of the emulator is good for Graph, and a 401 says where to get one")
    func tokens() async throws {
        let demo = try await TestSite.demo()
        let bearer = "Bearer \(try await demo.tokens.token(user: "alice"))"
        let answer = try await demo.answer(TestSite.request("GET", "/beta/me", [("Authorization", bearer)]))
        #expect(answer.status == 200)
        let refused = try await demo.answer(TestSite.request("GET", "/beta/me", [("Authorization", "Bearer x")]))
        let challenge = refused.2.headers["WWW-Authenticate"] ?? ""
        #expect(challenge.hasPrefix("Bearer realm=\"\", authorization_uri=\"http://127.0.0.1:8080/"))
        #expect(challenge.contains("error=\"invalid_token\""))
    }

    @Test(
        "A client's id comes back if it looks like one",
        arguments: [
            ("0F8FAD5B-D9CB-469F-A165-70867728950E", true), ("a.b_c-1", true), ("", false), ("<script>", false),
            ("a b", false), ("a\",\"b", false), ("é", false), (String(repeating: "a", count: 129), false),
        ])
    func clientRequestID(text: String, isEchoed: Bool) {
        for name in ["client-request-id", "x-ms-client-request-id"] {
            #expect(TestSite.request("GET", "/", [(name, text)]).ids.client == (isEchoed ? text : nil))
        }
        let both = [(name: "x-ms-client-request-id", value: "older"), (name: "client-request-id", value: text)]
        #expect(TestSite.request("GET", "/", both).ids.client == (isEchoed ? text : "older"))
    }
}
