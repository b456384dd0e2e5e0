internal import Crypto
internal import Storage

/// The demo tenant: fixed, so that documentation and tests can name it.
package enum DemoTenant {
    /// An object's id: the version 5 UUID (RFC 9562 §5.5) of `https://demo.example/<collection>/<name>` in the URL namespace.
    package static func id(_ path: String) -> String {
        let namespace: [UInt8] = [
            0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8,
        ]
        let hash = Insecure.SHA1.hash(data: namespace + Array("https://demo.example/\(path)".utf8))
        return UUIDs.text(Array(hash.prefix(16)), version: 5)
    }

    package static let tenant = id("tenants/demo")
    package static let domain = "demo.example"

    /// The 22 delegated scopes of a token by default; they cover every delegated permission row of the served subtrees.
    package static let scopes = [
        "User.Read", "User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All",
        "AppRoleAssignment.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All", "AuditLog.Read.All",
        "DeviceManagementApps.ReadWrite.All", "DeviceManagementConfiguration.Read.All",
        "DeviceManagementConfiguration.ReadWrite.All", "DeviceManagementManagedDevices.ReadWrite.All",
        "DeviceManagementManagedDevices.PrivilegedOperations.All", "DeviceManagementRBAC.ReadWrite.All",
        "DeviceManagementScripts.ReadWrite.All", "RoleManagement.ReadWrite.Directory",
        "RoleManagementPolicy.ReadWrite.Directory", "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory", "PrivilegedAccess.ReadWrite.AzureAD",
        "EntitlementManagement.ReadWrite.All", "EntitlementMgmt-SubjectAccess.ReadWrite",
    ]

    /// Those of the 22 that exist as application permissions, which `automation` is granted.
    package static let applicationRoles = scopes.filter {
        ![
            "User.Read", "RoleManagementPolicy.ReadWrite.Directory", "PrivilegedAccess.ReadWrite.AzureAD",
            "EntitlementMgmt-SubjectAccess.ReadWrite",
        ].contains($0)
    }
}
