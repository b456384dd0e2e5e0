import ArgumentParser
import Authentication
import EDM
import HTTPServer
import JSON
import Logging
import ServiceLifecycle
import Storage
import StoragePostgres
import StorageSQLite
import UnixSignals
import Workflows

#if canImport(FoundationEssentials)
import FoundationEssentials
import Glibc
#else
import Foundation
#endif

@main struct Countersign: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "countersign", version: "0.1.0", subcommands: [Serve.self, Token.self, Doctor.self, Migrate.self])
}

func openEngine(_ text: String, stamp: Stamp, inspect: Bool = false) async throws -> any Engine {
    if text.hasPrefix("postgres") { return try await PostgresEngine.open(url: text, catalog: Kinds.catalog, stamp: stamp) }
    return try SQLiteEngine.open(text == ":memory:" ? .memory : .file(text), catalog: Kinds.catalog, stamp: stamp, access: inspect ? .inspect : .serve)
}

func databaseText(_ option: String?) -> String {
    option ?? ProcessInfo.processInfo.environment["COUNTERSIGN_DATABASE"] ?? "countersign.db"
}

struct Serve: AsyncParsableCommand {
    @Flag var demo = false
    @Flag var emulator = false
    @Option var listen = "127.0.0.1:8080"
    @Option var database: String?
    func run() async throws {
        let parts = listen.split(separator: ":")
        let engine = try await openEngine(databaseText(database), stamp: .demo)
        let governance = Governance(engine)
        if try await governance.tenants().isEmpty { try await governance.createDemoTenant() }
        let issuer = try await governance.developmentIssuer(creating: true)
        let logger = Logger(label: "countersign")
        var site = Site.Settings(governance: governance, issuers: [issuer!.issuer(keys: governance.developmentKeySource())], version: "0.1.0")
        site.development = issuer
        site.hasEmulator = emulator
        let settings = site
        let server = Server(.init(host: String(parts[0]), port: Int(parts[1])!), logger: logger) { address in
            let line = "listening on \(address.url)\n"; _ = line.withCString { write(2, $0, strlen($0)) }
            return Site(settings, publicURL: address.url, port: address.port)
        }
        try await ServiceGroup(services: [server, TimeService(governance.store, logger: logger)], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger).run()
        await engine.close()
    }
}

struct Token: AsyncParsableCommand {
    @Option(name: .customLong("as")) var user: String?
    @Option var app: String?
    @Option var scopes: String?
    @Option var database: String?
    func run() async throws {
        let governance = Governance(try await openEngine(databaseText(database), stamp: .demo, inspect: true))
        let tokens = DemoTokens(governance, issuer: try await governance.developmentIssuer(creating: false)!)
        if let app { print(try await tokens.token(application: app)) } else {
            print(try await tokens.token(user: user ?? "alice", scopes: scopes?.split(separator: " ").map(String.init) ?? DemoTenant.scopes))
        }
    }
}

struct Doctor: AsyncParsableCommand {
    @Flag var deep = false
    @Option var database: String?
    func run() async throws {
        let governance = Governance(try await openEngine(databaseText(database), stamp: .demo, inspect: true))
        let findings = try await governance.doctor(deep: deep)
        for finding in findings { print(finding.isFine ? "ok  " : "BAD ", finding.check, finding.title, "-", finding.detail) }
        if findings.contains(where: { !$0.isFine }) { throw ExitCode(1) }
    }
}

struct Migrate: AsyncParsableCommand {
    @Option var database: String?
    func run() async throws { await (try await openEngine(databaseText(database), stamp: .demo)).close() }
}
