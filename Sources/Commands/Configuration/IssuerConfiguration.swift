internal import Authentication
internal import Logging

/// An issuer as the configuration names it.
struct IssuerConfiguration {
    enum Keys: Hashable {
        case file(String)
        case url(String)
    }

    let name: String
    let profile: Issuer.Profile
    let audiences: Set<String>
    let tenants: Issuer.Tenants
    let keys: Keys

    /// - Parameter tenants: those that the configuration lists; an issuer may lead to these only.
    init(_ value: YAMLValue, tenants: [String], folder: String) throws {
        let members = try value.members(
            ["issuer", "profile", "audiences", "tenant", "tenants", "keys", "jwksUri", "applications"])
        guard let issuer = members["issuer"] else { throw value.failure("needs an 'issuer'.") }
        name = try issuer.text()
        guard !name.hasSuffix("/dev") else {
            throw issuer.failure("is a development issuer, whose tokens are for demonstrations only.")
        }
        guard name.hasPrefix("https://") else { throw issuer.failure("must be an https URL.") }
        profile = try Self.profile(members["profile"], applications: members["applications"])
        guard let list = members["audiences"] else {
            throw value.failure("needs 'audiences': what its tokens for this server say in 'aud'.")
        }
        audiences = Set(try list.elements().map { try $0.text() })
        guard !audiences.isEmpty else { throw list.failure("is empty, so no token would be for this server.") }
        func known(_ value: YAMLValue) throws -> String {
            let tenant = try value.text().lowercased()
            guard tenants.contains(tenant) else { throw value.failure("names a tenant that 'tenants' doesn't list.") }
            return tenant
        }
        switch (members["tenant"], members["tenants"]) {
        case (let one?, nil): self.tenants = .fixed(try known(one))
        case (nil, let map?):
            self.tenants = .byClaim(
                Dictionary(
                    try map.pairs().map { ($0.name.lowercased(), try known($0.value)) }, uniquingKeysWith: { $1 }))
        default:
            throw value.failure("needs either 'tenant', or 'tenants' that maps what tokens say in 'tid' to tenants.")
        }
        switch (members["keys"], members["jwksUri"]) {
        case (let file?, nil): keys = .file(Configuration.path(try file.text(), in: folder))
        case (nil, let url?):
            guard try url.text().hasPrefix("https://") else { throw url.failure("must be an https URL.") }
            keys = .url(try url.text())
        default:
            throw value.failure("needs either 'keys', a file with a JWK Set, or 'jwksUri', where one is published.")
        }
    }

    private static func profile(_ value: YAMLValue?, applications: YAMLValue?) throws -> Issuer.Profile {
        var claim: Issuer.ClaimValue?
        if let applications {
            let members = try applications.members(["claim", "value"])
            guard let name = members["claim"], let value = members["value"] else {
                throw applications.failure(
                    "needs a 'claim' and the 'value' with which a token speaks for an application.")
            }
            claim = Issuer.ClaimValue(try name.text(), equals: try value.text())
        }
        switch try value?.choice(["entra", "rfc9068", "generic"]) {
        case "rfc9068": return .rfc9068(applications: claim)
        case "generic": return .generic(applications: claim)
        default:
            if let applications { throw applications.failure("isn't for Entra, whose tokens say 'idtyp'.") }
            return .entra
        }
    }

    func issuer(_ logger: Logger) -> Issuer {
        let (name, keys) = (name, keys)
        let source = KeySource(report: { error in
            logger.error(
                "an issuer's keys can't be read",
                metadata: ["issuer": "\(Standard.escaped(name))", "error": "\(CommandFailure.line(error))"])
        }) { try await keys.read() }
        return Issuer(name, profile: profile, tenants: tenants, audiences: audiences, keys: source)
    }

    /// Where its clients get tokens: Entra's endpoint beside its issuer, and the issuer itself elsewhere.
    var authorizationURI: String {
        guard case .entra = profile, name.hasSuffix("/v2.0") else { return name }
        return name.dropLast("/v2.0".count) + "/oauth2/v2.0/authorize"
    }
}
