internal import EDM
package import JSON
@_spi(Decisions) internal import Storage

/// A key of the development issuer with its private half.
package struct SigningKeyPair: Sendable {
    /// The `kid`.
    package let id: String
    /// The public key as a JWK (RFC 7517).
    package let publicKey: JSONObject
    /// The private key as a JWK. Never leaves the machine.
    package let privateKey: JSONObject

    package init(id: String, publicKey: JSONObject, privateKey: JSONObject) {
        self.id = id
        self.publicKey = publicKey
        self.privateKey = privateKey
    }
}

extension Governance {
    /// Where the development issuer's keys live: beside all tenants.
    static let issuerTenant = "issuer"

    /// The development issuer's keys; empty in a database without it.
    package func signingKeys() async throws -> [SigningKeyPair] {
        let query = Query(Kinds.signingKeys, tenant: Self.issuerTenant, visibility: .all)
        var pairs: [SigningKeyPair] = []
        for row in try await store.read(query) {
            let pair = try await store.preview(in: Self.issuerTenant) { unit in
                try await unit.get(Kinds.signingKeys, row.id).map { stored in
                    SigningKeyPair(
                        id: stored.id, publicKey: stored.document[open: "publicKey"]?.object ?? JSONObject(),
                        privateKey: stored.internals)
                }
            }
            if let pair { pairs.append(pair) }
        }
        return pairs
    }

    /// Stores a key of the development issuer.
    package func add(_ key: SigningKeyPair) async throws {
        try await store.decide(in: Self.issuerTenant) { unit in
            var document = try Document<SigningKey> {
                $0.id = key.id
                $0.createdDateTime = unit.now
            }
            document[open: "publicKey"] = .object(key.publicKey)
            try unit.put(Stored(Kinds.signingKeys, id: key.id, document, internals: key.privateKey, settlesAt: nil))
            try unit.record(AuditEntry(.createSigningKey, subject: Key(Kinds.signingKeys.name, key.id)).event)
        }
    }
}
