package import EDM

/// What Graph calls `deviceManagementScript`, `mobileApp`, `deviceCategory` and so on: configuration whose writes can be
/// gated. A label and two times; every other member is kept as sent.
package struct DeviceManagementEntity: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package static var navigations: [Navigation] {
        [
            Navigation("assignments", to: DeviceManagementEntity.self, isCollection: true),
            Navigation("groupAssignments", to: DeviceManagementEntity.self, isCollection: true),
        ]
    }
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String?>("displayName")
    /// What `deviceManagementConfigurationPolicy` has in place of `displayName`.
    package let name = Property<String?>("name")
    package let description = Property<String?>("description")
    package let createdDateTime = Property<Instant>("createdDateTime", [.readOnly, .required])
    package let lastModifiedDateTime = Property<Instant>("lastModifiedDateTime", [.readOnly, .required])
}

/// Graph's `managedDevice`, as far as its gated actions need; other members are kept as sent.
package struct ManagedDevice: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let deviceName = Property<String>("deviceName", .required)
    package let serialNumber = Property<String?>("serialNumber")
    package let userDisplayName = Property<String?>("userDisplayName")
    package let emailAddress = Property<String?>("emailAddress")
    package let managementState = Property<String>("managementState", .required)
    package let deviceActionResults = Property<[Document<DeviceActionResult>]>("deviceActionResults")
}

/// Graph's `deviceActionResult`.
package struct DeviceActionResult: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let actionName = Property<String?>("actionName")
    package let actionState = Property<String>("actionState", .required)
    package let startDateTime = Property<Instant>("startDateTime", .required)
    package let lastUpdatedDateTime = Property<Instant>("lastUpdatedDateTime", .required)
}
