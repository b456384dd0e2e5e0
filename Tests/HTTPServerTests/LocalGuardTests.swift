import GraphAPI
import Testing

@testable import HTTPServer

/// Security rule R20.
@Suite struct LocalGuardTests {
    static let local = LocalGuard(port: 8080, publicURL: "http://127.0.0.1:8080", allowsRemote: false)
    static let remote = LocalGuard(port: 8080, publicURL: "http://demo.example:8080", allowsRemote: true)
    static let elsewhere = Peer(address: "192.0.2.1")

    private static func admits(_ guarding: LocalGuard, _ request: Incoming) -> Bool {
        (try? guarding.check(request)) != nil
    }

    @Test(
        "Its own names are let in, in any case",
        arguments: ["127.0.0.1:8080", "localhost:8080", "LOCALHOST:8080", "[::1]:8080"])
    func ownHosts(host: String) {
        #expect(Self.admits(Self.local, TestSite.request("GET", "/", host: host)))
    }

    @Test(
        "A rebound name isn't",
        arguments: [
            "evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "127.0.0.1", "127.0.0.1:8081", "",
        ])
    func foreignHosts(host: String) {
        #expect(!Self.admits(Self.local, TestSite.request("GET", "/", host: host)))
    }

    @Test(
        "Neither is a web page of another origin, nor a proxy, nor another machine",
        arguments: [
            ("Origin", "http://evil.example"), ("Origin", "null"), ("Origin", "https://127.0.0.1:8080"),
            ("Origin", "http://127.0.0.1:8080.evil.example"), ("Forwarded", "for=10.0.0.1"),
            ("X-Forwarded-For", "10.0.0.1"), ("x-forwarded-anything", ""),
        ])
    func foreignHeaders(name: String, value: String) {
        #expect(!Self.admits(Self.local, TestSite.request("GET", "/", [(name, value)])))
        #expect(!Self.admits(Self.local, TestSite.request("GET", "/", peer: Self.elsewhere)))
    }

    @Test("A page of its own may")
    func ownOrigin() {
        #expect(Self.admits(Self.local, TestSite.request("GET", "/", [("Origin", "http://localhost:8080")])))
    }

    @Test("A demo for other machines answers to its public name and to addresses, and to no other name")
    func remoteDemo() {
        func admits(_ host: String, _ fields: [(name: String, value: String)] = []) -> Bool {
            Self.admits(Self.remote, TestSite.request("GET", "/", fields, host: host, peer: Self.elsewhere))
        }
        #expect(admits("demo.example:8080") && admits("192.0.2.7:8080") && admits("[2001:db8::1]:8080"))
        #expect(!admits("evil.example:8080") && !admits("1.2.3.4.evil.example"))
        #expect(!admits("demo.example:8080", [("Origin", "http://evil.example")]))
        #expect(!admits("demo.example:8080", [("X-Forwarded-For", "10.0.0.1")]))
    }

    @Test("Monitors are answered whatever they say")
    func monitors() async throws {
        let answer = try await TestSite.demo().answer(TestSite.request("GET", "/livez", host: "lb.internal"))
        #expect(answer.status == 200)
    }
}
