internal import Crypto
package import Directory
internal import EDM
internal import JSON
internal import Text

/// Turns a bearer token into a caller, or says why not.
///
/// It decides who calls, not what they may do: whether the account exists and is enabled, and what it may do, is read from
/// the directory in the unit of work that needs it.
package final class Authenticator: Sendable {
    private let issuers: [String: Issuer]
    private let ownAudiences: Set<String>
    private let clock: WallClock
    private let cache: TokenCache

    /// - Parameters:
    ///   - origins: the server's own public origins; tokens for them are meant for it.
    ///   - capacity: of verified tokens that are remembered.
    package init(
        issuers: [Issuer], origins: [String], clock: @escaping WallClock = systemWallClock, capacity: Int = 10_000
    ) {
        self.issuers = Dictionary(issuers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        ownAudiences = origins.reduce(into: []) { $0.formUnion(Audience.own($1)) }
        self.clock = clock
        cache = TokenCache(capacity: capacity)
    }

    /// The caller behind an `Authorization` header. The header is the only place for a token (RFC 6750 §2.1): ones in a
    /// query or a form are never read, because those end in logs and histories.
    /// - Parameter last: what the connection from the remote address remembers.
    /// - Throws: `AuthenticationError`.
    package func caller(
        authorization: String?, remoteAddress: String, last: LastToken? = nil
    ) async throws(AuthenticationError) -> Caller {
        guard let authorization else { throw .empty }
        let now = clock()
        if let caller = last?.caller(authorization, at: now) { return caller }
        let token = try Self.bearerToken(authorization)
        let key = TokenCache.key(token)
        let entry: TokenCache.Entry
        if let known = cache.entry(key, at: now) {
            entry = known
        } else {
            entry = try await verify(String(token), at: now)
            cache.insert(entry, for: key, at: now)
        }
        let caller = entry.caller.from(remoteAddress)
        last?.remember(authorization, entry, caller)
        return caller
    }

    /// `Bearer` in any case, spaces, and one token of the characters that RFC 6750 §2.1 allows.
    private static func bearerToken(_ authorization: String) throws(AuthenticationError) -> Substring {
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard let scheme = parts.first else { throw .empty }
        guard scheme.lowercased() == "bearer" else {
            throw AuthenticationError(.missing, "Access token is empty. Send it as 'Authorization: Bearer <token>'.")
        }
        guard parts.count == 2 else { throw .empty }
        let token = parts[1].drop { $0 == " " }
        guard !token.isEmpty else { throw .empty }
        return token
    }

    private func verify(_ text: String, at now: EDM.Instant) async throws(AuthenticationError) -> TokenCache.Entry {
        let token = try CompactToken(text)
        guard let name = token.claims.issuer, let issuer = issuers[name], issuer.name.utf8.elementsEqual(name.utf8)
        else {
            throw .failed("Invalid issuer.")
        }
        let (keyID, algorithm) = try token.reference(for: issuer.profile)
        guard let key = try await issuer.keys.key(keyID), key.verifies(token, algorithm: algorithm) else {
            throw .failed("Invalid signature.")
        }
        // From here on the claims are the issuer's words.
        let expires = try token.claims.checkLifetime(at: now, skew: issuer.skew)
        guard
            token.claims.audiences.map(Audience.normalized).contains(where: {
                issuer.audiences.contains($0) || ownAudiences.contains($0)
            })
        else { throw .failed("Invalid audience.") }
        let tenant = try Self.tenant(of: token.claims, issuer: issuer)
        let subject = try TokenSubject(token.claims, profile: issuer.profile)
        let proof = Caller.Proof(
            issuer: issuer.name, client: token.claims.client,
            authenticationMethods: token.claims.authenticationMethods,
            authenticationTime: token.claims.authenticationTime,
            tokenHash: Self.hash(token.claims.tokenID ?? text))
        return TokenCache.Entry(
            caller: Caller(
                tenant: tenant, principal: subject.principal, permissions: subject.permissions, proof: proof),
            issuer: issuer, keyID: keyID, expires: expires, verified: now)
    }

    private static func tenant(of claims: Claims, issuer: Issuer) throws(AuthenticationError) -> String {
        switch issuer.tenants {
        case .fixed(let tenant):
            // Entra's issuers bear the tenant in their name. A token for another one is somebody else's.
            guard let id = claims.tenantID, id != tenant, !issuer.name.lowercased().contains(id) else { return tenant }
            throw .failed("The token's tenant isn't served here.")
        case .byClaim(let tenants):
            guard let id = claims.tenantID, let tenant = tenants[id] else {
                throw .failed("The token's tenant isn't served here.")
            }
            return tenant
        }
    }

    /// A token's id identifies it in the log without being one.
    private static func hash(_ text: String) -> String { SHA256.hash(data: Array(text.utf8)).hex }
}

extension Caller {
    fileprivate func from(_ remoteAddress: String) -> Caller {
        var proof = proof
        proof.remoteAddress = remoteAddress
        return Caller(tenant: tenant, principal: principal, permissions: permissions, proof: proof)
    }
}
