internal import ArgumentParser
internal import Authentication
internal import HTTPServer
internal import JSON
internal import Storage
internal import Workflows

/// Prints one bearer token and nothing else, signed with the key that lies in a demo database.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Prints a bearer token for somebody of the demo tenant.",
        discussion: "It works beside a running server and without one; the key lies in the database.")

    @Option(name: .customLong("as"), help: "A user: alice, alice@demo.example, or an id.")
    var user: String?
    @Option(help: "An application: automation, its client id, or its object id.")
    var app: String?
    @Option(help: "Delegated scopes between spaces. Default: everything that the served API knows.")
    var scopes: String?
    @Option(help: "Application permissions between spaces. Default: those that the application was granted.")
    var roles: String?
    @Flag(help: "Say that the user has passed multi-factor authentication.")
    var mfa = false
    @Option(help: "How long it lives: 30m, 8h, 7d, or ISO 8601.")
    var expiresIn = Lifetime(TokenOrder.defaultLifetime)
    @OptionGroup var database: DatabaseOption

    func validate() throws {
        guard (user == nil) != (app == nil) else { throw ValidationError("Say either --as USER or --app NAME.") }
        guard user == nil || roles == nil else {
            throw ValidationError("--roles goes with --app; a user has --scopes.")
        }
        guard app == nil || scopes == nil && !mfa else {
            throw ValidationError("--scopes and --mfa go with --as; an application has --roles.")
        }
    }

    private static let remedy = "Make one: countersign serve --demo --database PATH."

    func run() async throws {
        let engine = try await database.location.inspect(remedy: Self.remedy)
        let result: Result<String, any Error>
        do { result = .success(try await token(Governance(engine, workloads: Countersign.workloads))) } catch {
            result = .failure(error)
        }
        await engine.close()
        Standard.output(try result.get() + "\n")
    }

    private func token(_ governance: Governance) async throws -> String {
        guard let issuer = try await governance.developmentIssuer(creating: false) else {
            throw CommandFailure("This database has no development issuer: only demo databases do. \(Self.remedy)")
        }
        let tokens = DemoTokens(governance, issuer: issuer)
        if let app {
            return try await tokens.token(
                application: app, roles: roles.map(Self.words) ?? DemoTenant.applicationRoles,
                lifetime: expiresIn.duration)
        }
        return try await tokens.token(
            user: user ?? "", scopes: scopes.map(Self.words) ?? DemoTenant.scopes, mfa: mfa,
            lifetime: expiresIn.duration)
    }

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }
}
