package import Directory
package import EDM
package import Storage

// What the house stores for itself.
extension Kinds {
    package static let tenants = Kind<TenantRecord>("tenant")
    package static let signingKeys = Kind<SigningKey>("signingKey")
    package static let secrets = Kind<SecretRecord>("secret")

    /// The log, as people read it.
    package static let directoryAudits = Kind<DirectoryAudit>(
        "directoryAudit", columns: ["activityDateTime", "activityDisplayName", "correlationId", "initiatedBy/user/id"],
        orderings: [["activityDateTime"], ["correlationId"], ["initiatedBy/user/id", "activityDateTime"]])
}

/// A tenant of the database.
package struct TenantRecord: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .required])
    package let displayName = Property<String>("displayName", .required)
    package let defaultDomain = Property<String>("defaultDomain", .required)
    /// Set once, never cleared (security rule R9).
    package let bootstrapClosedAt = Property<Instant?>("bootstrapClosedAt")
}

/// A key of the development issuer: the public half here, the private one in internals.
package struct SigningKey: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    /// The `kid`.
    package let id = Property<String>("id", [.key, .required])
    package let createdDateTime = Property<Instant>("createdDateTime", .required)
}
