internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

// Permission rows: gated-collections of permissions/new/permissions.json of 2026-08-07, with the corrections of the product's
// contract: writes need a ReadWrite permission (that file lists Read.All on deviceHealthScripts and executeAction), wipe
// doesn't take DeviceManagementConfiguration.ReadWrite.All, scripts also take the older DeviceManagementConfiguration rows.
extension EntitySet {
    private static let readConfiguration = [
        "DeviceManagementConfiguration.Read.All", "DeviceManagementConfiguration.ReadWrite.All",
    ]
    private static let writeConfiguration = ["DeviceManagementConfiguration.ReadWrite.All"]
    private static let readDevices = [
        "DeviceManagementManagedDevices.Read.All", "DeviceManagementManagedDevices.ReadWrite.All",
    ]
    private static let writeDevices = ["DeviceManagementManagedDevices.ReadWrite.All"]
    private static let actOnDevices = ["DeviceManagementManagedDevices.PrivilegedOperations.All"]
    private static let readScripts = ["DeviceManagementScripts.Read.All", "DeviceManagementScripts.ReadWrite.All"]
    private static let writeScripts = ["DeviceManagementScripts.ReadWrite.All"]
    private static let readApps = ["DeviceManagementApps.Read.All", "DeviceManagementApps.ReadWrite.All"]
    private static let writeApps = ["DeviceManagementApps.ReadWrite.All"]
    private static let readRoles = ["DeviceManagementRBAC.Read.All", "DeviceManagementRBAC.ReadWrite.All"]
    private static let writeRoles = ["DeviceManagementRBAC.ReadWrite.All"]

    static let managedDevices = EntitySet(
        "deviceManagement/managedDevices", Kinds.managedDevices, versions: [.v1, .beta],
        order: [Query.Order(Field(path: ["deviceName"], type: .text))],
        list: Access(any: readDevices + readConfiguration), visibility: { _ in .all },
        operations: [
            .gated(
                "POST", "wipe", on: .entity, ManagedDevices.one(.wipe), versions: [.beta],
                access: Access(any: actOnDevices)),
            .gated(
                "POST", "wipe", on: .entity, ManagedDevices.one(.wipe), versions: [.v1],
                access: Access(any: actOnDevices + writeDevices)),
            .gated("POST", "retire", on: .entity, ManagedDevices.one(.retire), access: Access(any: actOnDevices)),
            .gated("DELETE", on: .entity, ManagedDevices.one(.delete), access: Access(any: writeDevices)),
            Operation(
                "POST", "executeAction", on: .collection, versions: [.beta], access: Access(any: actOnDevices)
            ) { call in
                let body = try call.object()
                return try await Operation.submit(ManagedDevices.bulk(try bulkAction(body)), call, body)
            },
        ])

    /// The action that a call of `executeAction` names.
    private static func bulkAction(_ body: JSONObject) throws -> ManagedDevices.Action {
        guard let name = body.member(ignoringCase: "actionName")?.value.string else {
            throw Invalid(path: "actionName", reason: "is required: wipe, retire or delete.")
        }
        guard let action = ManagedDevices.Action.allCases.first(where: { $0.rawValue.equalsIgnoringCase(name) }) else {
            throw ODataError(
                status: 501, code: "NotImplemented",
                message: "executeAction serves the actions wipe, retire and delete, not '\(name)'.")
        }
        return action
    }

    // MARK: Configuration

    static let deviceManagementScripts = configuration(
        "deviceManagement", .deviceManagementScripts, [.beta],
        read: readScripts + readConfiguration, readRelationships: readScripts + readConfiguration + readDevices,
        write: writeScripts + writeConfiguration)
    static let deviceHealthScripts = configuration(
        "deviceManagement", .deviceHealthScripts, [.beta],
        read: readScripts + readConfiguration, write: writeScripts + writeConfiguration)
    static let mobileApps = configuration(
        "deviceAppManagement", .mobileApps, read: readApps, write: writeApps)
    static let deviceCategories = configuration(
        "deviceManagement", .deviceCategories, read: readConfiguration + readDevices,
        write: writeConfiguration + writeDevices)
    static let deviceCompliancePolicies = configuration(
        "deviceManagement", .deviceCompliancePolicies, read: readConfiguration,
        write: writeConfiguration)
    static let configurationPolicies = configuration(
        "deviceManagement", .configurationPolicies, [.beta], read: readConfiguration,
        write: writeConfiguration)
    static let intuneRoleDefinitions = configuration(
        "deviceManagement", .roleDefinitions, read: readRoles + readConfiguration,
        write: writeRoles + writeConfiguration)

    /// A set whose writes are gated.
    private static func configuration(
        _ container: String, _ collection: GatedCollection, _ versions: Set<Version> = [.v1, .beta], read: [String],
        readRelationships: [String]? = nil, write: [String]
    ) -> EntitySet {
        let path = "\(container)/\(collection.name)"
        var operations: [Operation] = [
            .gated("POST", on: .collection, collection.create, access: Access(any: write)),
            .gated("PATCH", on: .entity, collection.update, access: Access(any: write)),
            .gated("DELETE", on: .entity, collection.delete, access: Access(any: write)),
        ]
        if let assign = collection.assign {
            operations.append(.gated("POST", "assign", on: .entity, assign, access: Access(any: write)))
        }
        let relationships = collection.relationships
        return EntitySet(
            path, collection.kind, versions: versions,
            order: [Query.Order(Field(path: [collection.labelProperty], type: .text))], list: Access(any: read),
            visibility: { _ in .all }, operations: operations,
            navigations: relationships.map {
                NavigationBinding(
                    name: $0, access: Access(any: readRelationships ?? read), context: nil, isCollection: true,
                    elements: .embedded($0))
            }, embedded: relationships)
    }
}
