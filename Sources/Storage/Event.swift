internal import Crypto
internal import EDM
package import JSON
internal import Text

/// One entry of the log, as a command records it.
///
/// `facts` go into the leaf as they stand: ids, codes, versions, sets. Free text and names go in as salted commitments, so
/// that a person's words can be erased without breaking a proof.
package struct Event: Sendable {
    /// What happened, such as `operationApprovalRequest.approved`.
    package var type: String
    package var subject: Key?
    /// Who did it: `user:…`, `servicePrincipal:…` or `system`.
    package var actor: String
    package var facts: JSONObject
    package var texts: [String: String]
    /// The event as people read it: the members of Graph's `directoryAudit` without `id` and `activityDateTime`.
    package var audit: JSONObject

    package init(
        _ type: String, subject: Key?, actor: String, facts: JSONObject = JSONObject(), texts: [String: String] = [:],
        audit: JSONObject
    ) {
        self.type = type
        self.subject = subject
        self.actor = actor
        self.facts = facts
        self.texts = texts
        self.audit = audit
    }

    /// The version of the leaf's form. A leaf can't be changed later.
    static let schemaVersion: Int64 = 1
    static let maximumBytes = 65_535

    /// - Throws: `StorageError.tooLarge` where the leaf passes 65,535 bytes.
    func stored(
        in tenant: String, change: String, at now: Instant, kind: any AnyKind, entropy: some Entropy
    ) throws -> StoredEvent {
        let id = UUIDs.version7(at: now, entropy: entropy)
        var commitments = JSONObject()
        var salts = JSONObject()
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            let salt = entropy.bytes(16)
            salts.append(name, .array([.string(salt.hex), .string(text)]))
            commitments.append(name, .string(Self.commitment(to: text, salt: salt)))
        }
        let leafForm: JSONValue = [
            "schema": .integer(Self.schemaVersion), "id": .string(id), "tenant": .string(tenant),
            "change": .string(change),
            "at": .string(now.description), "type": .string(type),
            "subject": subject.map { .string($0.description) } ?? .null,
            "actor": .string(actor), "facts": .object(facts), "commitments": .object(commitments),
        ]
        let bytes = leafForm.canonicalBytes
        guard bytes.count <= Self.maximumBytes else {
            throw StorageError.tooLarge("An event of \(bytes.count) bytes is over the limit of \(Self.maximumBytes).")
        }
        var document = JSONObject([("id", .string(id)), ("activityDateTime", .string(now.description))])
        for member in audit.members { document.append(member.name, member.value) }
        try kind.check(document)
        return StoredEvent(
            id: id,
            row: ChangeSet.Row(
                document: document.bytes, internals: JSONObject([("texts", .object(salts))]).bytes, settlesAt: nil,
                columns: kind.columns.map { $0.value(in: document) }),
            bytes: bytes, leaf: Self.leaf(of: bytes))
    }

    /// What stands in a leaf for a text: SHA-256(salt ‖ text) in hexadecimal.
    package static func commitment(to text: String, salt: [UInt8]) -> String {
        SHA256.hash(data: salt + Array(text.utf8)).hex
    }

    /// The leaf of an event's canonical bytes (RFC 9162 §2.1.1).
    package static func leaf(of bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0x00] + bytes)) }
}
