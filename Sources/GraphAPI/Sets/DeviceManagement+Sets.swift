internal import EDM
internal import Storage
internal import Workflows

// Permission rows: gated-collections of permissions/new/permissions.json of 2026-08-07, with the corrections of the product's
// contract (wipe in v1.0 also takes ManagedDevices.ReadWrite.All; scripts also the older DeviceManagementConfiguration rows).
extension EntitySet {
    private static let name = Query.Order(Field(path: ["displayName"], type: .text))

    static let managedDevices = EntitySet(
        "deviceManagement/managedDevices", Kinds.managedDevices, versions: [.v1, .beta],
        order: [Query.Order(Field(path: ["deviceName"], type: .text))],
        list: Access("DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All"),
        visibility: { _ in .all },
        operations: [
            .gated(
                "POST", "wipe", on: .entity, .wipe, versions: [.beta],
                access: Access("DeviceManagementManagedDevices.PrivilegedOperations.All")),
            .gated(
                "POST", "wipe", on: .entity, .wipe, versions: [.v1],
                access: Access(
                    "DeviceManagementManagedDevices.PrivilegedOperations.All",
                    "DeviceManagementManagedDevices.ReadWrite.All")),
        ])

    private static let writeScripts = Access(
        "DeviceManagementScripts.ReadWrite.All", "DeviceManagementConfiguration.ReadWrite.All")

    static let deviceManagementScripts = EntitySet(
        "deviceManagement/deviceManagementScripts", Kinds.deviceManagementScripts, order: [name],
        list: Access(
            "DeviceManagementScripts.Read.All", "DeviceManagementScripts.ReadWrite.All",
            "DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All"),
        visibility: { _ in .all },
        operations: [
            .gated("POST", on: .collection, .createScript, access: writeScripts),
            .gated("PATCH", on: .entity, .updateScript, access: writeScripts),
            .gated("DELETE", on: .entity, .deleteScript, access: writeScripts),
        ])
}
