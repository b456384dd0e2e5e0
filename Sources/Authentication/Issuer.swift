internal import EDM

/// Somebody whose tokens count: a configured issuer with keys, audiences and tenants of its own (security rule R19).
package struct Issuer: Sendable {
    /// Exactly what its tokens say in `iss`.
    package let name: String
    package let profile: Profile
    package let tenants: Tenants
    /// What its tokens may say in `aud`, besides this server's own origins.
    package let audiences: Set<String>
    /// How far its clock may be off ours. Nothing for the development issuer: it is on the same clock.
    package let skew: Duration
    package let keys: KeySource

    package init(
        _ name: String, profile: Profile, tenants: Tenants, audiences: Set<String> = [], skew: Duration = .seconds(300),
        keys: KeySource
    ) {
        self.name = name
        self.profile = profile
        self.tenants = tenants
        self.audiences = Set(audiences.map(Audience.normalized))
        self.skew = skew
        self.keys = keys
    }

    /// How an issuer says who the principal is and of what kind; never guessed.
    package enum Profile: Hashable, Sendable {
        /// Microsoft Entra's claims: `oid` names the principal, `idtyp` says that it is an application.
        case entra
        /// RFC 9068 access tokens, whose `typ` is `at+jwt`: `sub` names the principal, a claim of the configuration's
        /// choice says by its value that it is an application.
        case rfc9068(applications: ClaimValue?)
        /// Other JWTs with `sub`, and the same configured claim.
        case generic(applications: ClaimValue?)
    }

    package struct ClaimValue: Hashable, Sendable {
        package let claim: String
        package let value: String

        package init(_ claim: String, equals value: String) {
            self.claim = claim
            self.value = value
        }
    }

    /// Which tenant a token belongs to.
    package enum Tenants: Hashable, Sendable {
        case fixed(String)
        /// By the token's `tid` in lower case; any other is refused.
        case byClaim([String: String])
    }
}
