package import EDM
internal import JSON
@_spi(Decisions) internal import Storage
internal import Synchronization
internal import Text

/// Secrets of a deployment that its nodes share and that nobody reads over HTTP.
final class Secrets: Sendable {
    let sealingKey = Mutex<[UInt8]?>(nil)
}

extension Governance {
    /// The key that seals page tokens, made once per database so that every node opens what another sealed.
    package func sealingKey() async throws -> [UInt8] {
        if let known = secrets.sealingKey.withLock({ $0 }) { return known }
        let id = "sealing"
        let text = try await store.decide(in: Self.issuerTenant) { unit in
            if let stored = try await unit.get(Kinds.secrets, id) { return stored.internals["key"]?.string ?? "" }
            let key = unit.newSecret().hex
            try unit.put(
                Stored(
                    Kinds.secrets, id: id, try Document { $0.id = id }, internals: ["key": .string(key)], settlesAt: nil
                ))
            try unit.record(AuditEntry(.createSecret, subject: Key(Kinds.secrets.name, id)).event)
            return key
        }
        let key = stride(from: 0, to: text.utf8.count - 1, by: 2).compactMap {
            UInt8(text.dropFirst($0).prefix(2), radix: 16)
        }
        secrets.sealingKey.withLock { $0 = key }
        return key
    }
}

/// Something secret: only its id is in the document.
package struct SecretRecord: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .required])
}
