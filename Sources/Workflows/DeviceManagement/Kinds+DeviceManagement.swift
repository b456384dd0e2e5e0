internal import EDM
package import Storage

extension Kinds {
    package static let managedDevices = Kind<ManagedDevice>(
        "managedDevice", columns: ["deviceName"], orderings: [["deviceName"]])
    package static let deviceManagementScripts = configuration("deviceManagementScript")
    package static let deviceHealthScripts = configuration("deviceHealthScript")
    package static let mobileApps = configuration("mobileApp")
    package static let deviceCategories = configuration("deviceCategory")
    package static let deviceCompliancePolicies = configuration("deviceCompliancePolicy")
    package static let configurationPolicies = configuration("deviceManagementConfigurationPolicy", label: "name")
    /// Intune's own roles, not the directory's.
    package static let intuneRoleDefinitions = configuration("roleDefinition")

    private static func configuration(_ type: String, label: String = "displayName") -> Kind<DeviceManagementEntity> {
        Kind<DeviceManagementEntity>(type, columns: [label], orderings: [[label]])
    }
}
