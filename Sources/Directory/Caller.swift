/// An identity: a user, an application, a group as an owner, or the system itself when time makes something happen.
package struct Principal: Hashable, Comparable, Sendable {
    package enum Kind: String, Hashable, Sendable { case user, servicePrincipal, group, system }

    package let kind: Kind
    /// The object's id, lower case; `system` for the system.
    package let id: String

    package init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }

    package static let system = Principal(.system, "system")

    package static func < (lhs: Principal, rhs: Principal) -> Bool {
        (lhs.kind.rawValue, lhs.id) < (rhs.kind.rawValue, rhs.id)
    }
}

/// An authenticated caller: what a token proves, and nothing that the directory decides. Roles, groups and whether the
/// account is enabled are read in the unit of work that needs them, never from here.
package struct Caller: Hashable, Sendable {
    package let tenant: String
    package let principal: Principal
    /// Delegated scopes of a user's token (`scp`), or application roles of an application's (`roles`).
    package let permissions: Set<String>
    /// How the caller proved who it is; goes into every decision's event.
    package let proof: Proof
    /// The request that the caller makes; events of its outcome bear it.
    package var correlationId: String?

    /// The facts of a token that a decision's event keeps (security rule R13).
    package struct Proof: Hashable, Sendable {
        package var issuer: String
        /// The client application's id (`azp` or `appid`).
        package var client: String
        package var authenticationMethods: [String]
        /// Seconds since 1970, as `auth_time` says.
        package var authenticationTime: Int64?
        /// SHA-256 of the token's id, in lower-case hexadecimal.
        package var tokenHash: String
        package var remoteAddress: String

        package init(
            issuer: String = "", client: String = "", authenticationMethods: [String] = [],
            authenticationTime: Int64? = nil, tokenHash: String = "", remoteAddress: String = ""
        ) {
            self.issuer = issuer
            self.client = client
            self.authenticationMethods = authenticationMethods
            self.authenticationTime = authenticationTime
            self.tokenHash = tokenHash
            self.remoteAddress = remoteAddress
        }
    }

    package init(tenant: String, principal: Principal, permissions: Set<String> = [], proof: Proof = Proof()) {
        self.tenant = tenant
        self.principal = principal
        self.permissions = permissions
        self.proof = proof
    }

    /// The system acting in a tenant: expiry, retention, continuations.
    package static func system(in tenant: String) -> Caller { Caller(tenant: tenant, principal: .system) }

    package var isApplication: Bool { principal.kind == .servicePrincipal }
}
