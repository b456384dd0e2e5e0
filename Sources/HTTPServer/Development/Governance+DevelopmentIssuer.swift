package import Authentication
internal import JSON
package import Workflows

extension Governance {
    /// The development issuer of this database.
    /// - Parameter creating: whether to make its key where there is none.
    /// - Returns: nil where there is no key.
    package func developmentIssuer(creating: Bool) async throws -> DevelopmentIssuer? {
        var pairs = try await signingKeys()
        if pairs.isEmpty, creating {
            let key = DevelopmentKey.create()
            try await add(SigningKeyPair(id: key.id, publicKey: key.publicKey, privateKey: key.privateKey))
            pairs = try await signingKeys()
        }
        guard !pairs.isEmpty else { return nil }
        return try await DevelopmentIssuer(
            tenant: DemoTenant.tenant,
            keys: pairs.map { DevelopmentKey(id: $0.id, publicKey: $0.publicKey, privateKey: $0.privateKey) })
    }

    /// The development issuer's keys as the authenticator reads them: from the database, where a reset keeps them.
    package func developmentKeySource() -> KeySource {
        KeySource {
            guard let issuer = try await developmentIssuer(creating: false) else {
                throw Invalid(reason: "The database holds no key of the development issuer.")
            }
            return KeySource.Reading(issuer.keySet.bytes)
        }
    }
}
