import Authentication
import EDM
import GraphAPI
import HTTPTypes
import JSON
import Storage
import StorageMemory
import Workflows

@testable import HTTPServer

/// A site of the demo tenant on the memory engine, called without a socket.
struct TestSite {
    let site: Site
    let tokens: DemoTokens

    static func demo(emulator: Bool = true, allowsRemote: Bool = false) async throws -> TestSite {
        let workloads = Workloads([.directory, .deviceManagement, .multiAdminApproval])
        let engine = MemoryEngine(catalog: workloads.catalog, clock: { systemWallClock() })
        let governance = Governance(engine, workloads: workloads)
        try await governance.createDemoTenant()
        guard let issuer = try await governance.developmentIssuer(creating: true) else {
            throw Invalid(reason: "no issuer")
        }
        var settings = Site.Settings(
            governance: governance,
            model: try GraphModel([.directory, .deviceManagement, .multiAdminApproval], workloads),
            issuers: [issuer.issuer(keys: governance.developmentKeySource())], version: "0.0.0")
        settings.development = issuer
        settings.hasEmulator = emulator
        settings.allowsRemote = allowsRemote
        return TestSite(
            site: Site(settings, publicURL: "http://127.0.0.1:8080", port: 8080),
            tokens: DemoTokens(governance, issuer: issuer))
    }

    static func request(
        _ method: String, _ target: String, _ fields: [(name: String, value: String)] = [],
        host: String = "127.0.0.1:8080",
        peer: Peer = Peer(address: "127.0.0.1")
    ) -> Incoming {
        var headers = HTTPFields()
        for (name, value) in fields {
            guard let name = HTTPField.Name(name) else { continue }
            headers.append(HTTPField(name: name, value: value))
        }
        return Incoming(method: method, target: target, fields: headers, host: host, peer: peer)
    }

    func answer(_ request: Incoming, body: [UInt8] = []) async throws -> (status: Int, code: String?, GraphResponse) {
        let (response, _) = try await site.respond(to: request) { body }
        let object = try? JSONReader.read(response.body).object
        return (response.status, object?["error"]?.object?["code"]?.string, response)
    }
}
