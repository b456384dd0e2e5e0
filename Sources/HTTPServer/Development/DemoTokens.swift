package import Authentication
internal import EDM
internal import JSON
internal import Storage
package import Workflows

/// Tokens for the demo tenant's people and applications: `countersign token`, the banner and the emulator ask here.
package struct DemoTokens: Sendable {
    private let governance: Governance
    private let issuer: DevelopmentIssuer
    private let clock: WallClock

    package init(_ governance: Governance, issuer: DevelopmentIssuer, clock: @escaping WallClock = systemWallClock) {
        self.governance = governance
        self.issuer = issuer
        self.clock = clock
    }

    /// The longest life of a token: time enough for any test, and an end.
    package static let maximumLifetime: Duration = .days(365)

    /// - Parameter user: a short name, a user principal name or an id.
    /// - Throws: `Invalid` where nobody of that name is in the demo tenant.
    package func token(
        user: String, scopes: [String] = DemoTenant.scopes, mfa: Bool = false,
        lifetime: Duration = TokenOrder.defaultLifetime
    ) async throws -> String {
        guard let found = try await governance.demoPrincipal(user) else {
            throw Invalid(path: "user", reason: "names nobody: there is no user '\(user)' in the demo tenant.")
        }
        let name = user.contains("@") ? user : "\(found.name.lowercased())@\(DemoTenant.domain)"
        return try mint(
            .user(id: found.id, displayName: found.name, userPrincipalName: name, scopes: scopes, mfa: mfa),
            client: DemoTenant.id("applications/countersign"), lifetime)
    }

    /// - Parameter application: a name, a client id or an object id.
    package func token(
        application: String, roles: [String] = DemoTenant.applicationRoles,
        lifetime: Duration = TokenOrder.defaultLifetime
    ) async throws -> String {
        guard let found = try await governance.demoPrincipal(application, application: true) else {
            throw Invalid(
                path: "app", reason: "names nothing: there is no application '\(application)' in the demo tenant.")
        }
        return try mint(
            .application(id: found.id, displayName: found.name, roles: roles),
            client: DemoTenant.id("applications/\(found.name.lowercased())"), lifetime)
    }

    private func mint(_ subject: TokenOrder.Subject, client: String, _ lifetime: Duration) throws -> String {
        guard lifetime >= .seconds(1), lifetime <= Self.maximumLifetime else {
            throw Invalid(path: "expiresIn", reason: "must be between one second and 365 days.")
        }
        return try issuer.mint(
            TokenOrder(subject, client: client, lifetime: lifetime), now: clock(),
            id: UUIDs.version4(entropy: SystemEntropy()))
    }
}
