internal import Directory

/// Whom a verified token speaks for, and what it may bring.
struct TokenSubject: Hashable {
    let principal: Principal
    /// Scopes of a user, roles of an application: the other of the two grants nothing, and `wids`, `groups` and
    /// `_claim_*` never do (security rule R19).
    let permissions: Set<String>

    /// - Throws: where the claims leave open what kind of principal it is. A guess here would turn one into the other.
    init(_ claims: Claims, profile: Issuer.Profile) throws(AuthenticationError) {
        switch profile {
        case .entra:
            let scopes = claims.scopes("scp")
            switch (claims.text("idtyp"), scopes) {
            case ("app", nil) where !claims.has("scp"):
                self = try Self(.servicePrincipal, claims.text("oid"), Set(claims.roles))
            case (nil, let scopes?), ("user", let scopes?):
                self = try Self(.user, claims.text("oid"), scopes)
            default: throw Self.undecidable
            }
        case .rfc9068(let applications), .generic(let applications):
            let scopes = claims.scopes("scp") ?? claims.scopes("scope")
            if let applications, claims.text(applications.claim) == applications.value {
                self = try Self(.servicePrincipal, claims.text("sub"), Set(claims.roles))
            } else if let scopes {
                self = try Self(.user, claims.text("sub"), scopes)
            } else {
                throw Self.undecidable
            }
        }
    }

    private init(_ kind: Principal.Kind, _ id: String?, _ permissions: Set<String>) throws(AuthenticationError) {
        guard let id else { throw .failed("The token names no principal.") }
        principal = Principal(kind, id.lowercased())
        self.permissions = permissions
    }

    private static let undecidable = AuthenticationError.failed(
        "The token doesn't say whether it speaks for a user or an application.")
}
