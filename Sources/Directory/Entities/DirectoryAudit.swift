package import EDM

/// Graph's `directoryAudit` (resource type of `/auditLogs/directoryAudits`): an event as people read it.
package struct DirectoryAudit: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let activityDateTime = Property<Instant>("activityDateTime", .required)
    package let activityDisplayName = Property<String>("activityDisplayName", .required)
    package let additionalDetails = Property<[Document<KeyValue>]>("additionalDetails")
    package let category = Property<String>("category", .required)
    package let correlationId = Property<String?>("correlationId")
    package let initiatedBy = Property<Document<AuditActivityInitiator>?>("initiatedBy")
    package let loggedByService = Property<String>("loggedByService", .required)
    package let operationType = Property<String?>("operationType")
    package let result = Property<OperationResult>("result", .required)
    package let resultReason = Property<String?>("resultReason")
    package let targetResources = Property<[Document<TargetResource>]>("targetResources")
    package let userAgent = Property<String?>("userAgent")
}

package enum OperationResult: String, EdmEnumeration {
    case success, failure, timeout, unknownFutureValue
}

package struct KeyValue: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let key = Property<String?>("key")
    package let value = Property<String?>("value")
}

package struct AuditActivityInitiator: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let app = Property<Document<AppIdentity>?>("app")
    package let user = Property<Document<UserIdentity>?>("user")
}

package struct AppIdentity: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let appId = Property<String?>("appId")
    package let displayName = Property<String?>("displayName")
    package let servicePrincipalId = Property<String?>("servicePrincipalId")
    package let servicePrincipalName = Property<String?>("servicePrincipalName")
}

package struct UserIdentity: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String?>("id")
    package let displayName = Property<String?>("displayName")
    package let ipAddress = Property<String?>("ipAddress")
    package let userPrincipalName = Property<String?>("userPrincipalName")
}

package struct TargetResource: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String?>("id")
    package let displayName = Property<String?>("displayName")
    package let type = Property<String?>("type")
    package let modifiedProperties = Property<[Document<ModifiedProperty>]>("modifiedProperties")
}

package struct ModifiedProperty: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let displayName = Property<String?>("displayName")
    package let oldValue = Property<String?>("oldValue")
    package let newValue = Property<String?>("newValue")
}
