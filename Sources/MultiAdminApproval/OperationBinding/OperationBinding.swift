internal import Approvals
package import Directory
package import EDM
package import JSON

/// A protected call as its approval binds it (R14): what was filed, and what a completion must be again. What runs is
/// the filed one.
package struct OperationBinding: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let tenant = Property<String>("tenant", .required)
    package let requestor = Property<Principal>("requestor", .required)
    /// `beta`, `v1.0`, or a gate's name.
    package let apiVersion = Property<String>("apiVersion", .required)
    package let method = Property<String>("method", .required)
    /// The operation's name in the schema, whatever spelling of the URL led to it.
    package let operation = Property<String>("operation", .required)
    package let entityKind = Property<String>("entityKind", .required)
    /// The id in the URL; null for a create and for a bulk action.
    package let entityId = Property<String?>("entityId")
    /// What else must be as it was at filing, each as one text.
    package let conditions = Property<[String]>("conditions")
    /// What the operation is for: none where it creates the entity, many for a bulk action.
    package let targets = Property<[Document<OperationTarget>]>("targets")
    /// As sent, without the question mark; empty for none.
    package let rawQuery = Property<String>("rawQuery", .required)
    package let contentType = Property<String?>("contentType")
    package let boundHeaders = Property<[Document<KeyValue>]>("boundHeaders")
    /// Null for no body.
    package let body = Property<StoredBody?>("body")
    /// SHA-256 of the stored body's bytes, in lower-case hexadecimal (V14).
    package let bodyDigest = Property<String?>("bodyDigest")
}

/// A target as an approver saw it.
package struct OperationTarget: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", .required)
    /// The version of its governed properties.
    package let version = Property<String>("version", .required)
}

/// A body as our own writer stores it; `null` as a body is not the same as no body.
package struct StoredBody: InternalValue {
    package let value: JSONValue

    package init(_ value: JSONValue) { self.value = value }

    package init(json: JSONValue) throws(Invalid) {
        guard case .object(let object) = json, object.names == ["json"], let value = object["json"] else {
            throw Invalid(reason: "must be a stored body.")
        }
        self.value = value
    }
    package var json: JSONValue { ["json": value] }

    /// What runs, and what the digest is made over.
    package var bytes: [UInt8] { value.bytes }
}

/// What a request locks while it is active: one request per entity (Intune: "Use access policies to
/// require multi admin approval").
package struct EntityLock: Hashable, Sendable {
    package let kind: String
    package let id: String

    package init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }

    /// One for each target; none for a create: there is no entity yet, and parallel creates are allowed (V18).
    package static func all(of operation: Document<OperationBinding>) -> [EntityLock] {
        operation.targets.map { EntityLock(kind: operation.entityKind, id: $0.id) }
    }
}
