internal import EDM
internal import JSON
internal import OData
internal import Storage
internal import Workflows

extension Surface {
    /// Devices and the configuration whose writes can be guarded.
    package static let deviceManagement = Surface(
        .intune, permissions: devicePermissions,
        headers: ["x-msft-approval-code", "x-msft-approval-justification"],
        [
            .container(
                "deviceManagement",
                [
                    managedDevices, configuration(.deviceManagementScripts, [.beta]),
                    configuration(.deviceHealthScripts, [.beta]), configuration(.deviceCategories),
                    configuration(.deviceCompliancePolicies), configuration(.configurationPolicies, [.beta]),
                    configuration(.roleDefinitions),
                ]),
            .container("deviceAppManagement", [configuration(.mobileApps)]),
        ])

    // gated-collections of permissions/new/permissions.json of 2026-08-07, with the corrections of the product's contract: writes
    // need a ReadWrite permission (that file lists Read.All on deviceHealthScripts and executeAction), wipe doesn't take
    // DeviceManagementConfiguration.ReadWrite.All, scripts also take the older DeviceManagementConfiguration rows.
    private static let devicePermissions = PermissionTable(
        """
        GET /deviceManagement/managedDevices /deviceManagement/managedDevices/{id}
            DeviceManagementManagedDevices.Read.All DeviceManagementManagedDevices.ReadWrite.All
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
        beta POST /deviceManagement/managedDevices/{id}/wipe
            DeviceManagementManagedDevices.PrivilegedOperations.All
        v1.0 POST /deviceManagement/managedDevices/{id}/wipe
            DeviceManagementManagedDevices.PrivilegedOperations.All DeviceManagementManagedDevices.ReadWrite.All
        POST /deviceManagement/managedDevices/{id}/retire /deviceManagement/managedDevices/executeAction
            DeviceManagementManagedDevices.PrivilegedOperations.All
        DELETE /deviceManagement/managedDevices/{id}
            DeviceManagementManagedDevices.ReadWrite.All
        GET /deviceManagement/deviceManagementScripts /deviceManagement/deviceManagementScripts/{id} /deviceManagement/deviceHealthScripts /deviceManagement/deviceHealthScripts/{id} /deviceManagement/deviceHealthScripts/{id}/assignments
            DeviceManagementScripts.Read.All DeviceManagementScripts.ReadWrite.All
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
        GET /deviceManagement/deviceManagementScripts/{id}/assignments /deviceManagement/deviceManagementScripts/{id}/groupAssignments
            DeviceManagementScripts.Read.All DeviceManagementScripts.ReadWrite.All
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
            DeviceManagementManagedDevices.Read.All DeviceManagementManagedDevices.ReadWrite.All
        POST /deviceManagement/deviceManagementScripts /deviceManagement/deviceHealthScripts
            DeviceManagementScripts.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All
        PATCH,DELETE /deviceManagement/deviceManagementScripts/{id} /deviceManagement/deviceHealthScripts/{id}
            DeviceManagementScripts.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All
        POST /deviceManagement/deviceManagementScripts/{id}/assign /deviceManagement/deviceHealthScripts/{id}/assign
            DeviceManagementScripts.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All
        GET /deviceAppManagement/mobileApps /deviceAppManagement/mobileApps/{id} /deviceAppManagement/mobileApps/{id}/assignments
            DeviceManagementApps.Read.All DeviceManagementApps.ReadWrite.All
        POST /deviceAppManagement/mobileApps /deviceAppManagement/mobileApps/{id}/assign
            DeviceManagementApps.ReadWrite.All
        PATCH,DELETE /deviceAppManagement/mobileApps/{id}
            DeviceManagementApps.ReadWrite.All
        GET /deviceManagement/deviceCategories /deviceManagement/deviceCategories/{id}
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
            DeviceManagementManagedDevices.Read.All DeviceManagementManagedDevices.ReadWrite.All
        POST /deviceManagement/deviceCategories
            DeviceManagementConfiguration.ReadWrite.All DeviceManagementManagedDevices.ReadWrite.All
        PATCH,DELETE /deviceManagement/deviceCategories/{id}
            DeviceManagementConfiguration.ReadWrite.All DeviceManagementManagedDevices.ReadWrite.All
        GET /deviceManagement/deviceCompliancePolicies /deviceManagement/deviceCompliancePolicies/{id} /deviceManagement/deviceCompliancePolicies/{id}/assignments
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
        POST /deviceManagement/deviceCompliancePolicies /deviceManagement/deviceCompliancePolicies/{id}/assign
            DeviceManagementConfiguration.ReadWrite.All
        PATCH,DELETE /deviceManagement/deviceCompliancePolicies/{id}
            DeviceManagementConfiguration.ReadWrite.All
        GET /deviceManagement/configurationPolicies /deviceManagement/configurationPolicies/{id} /deviceManagement/configurationPolicies/{id}/assignments
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
        POST /deviceManagement/configurationPolicies /deviceManagement/configurationPolicies/{id}/assign
            DeviceManagementConfiguration.ReadWrite.All
        PATCH,DELETE /deviceManagement/configurationPolicies/{id}
            DeviceManagementConfiguration.ReadWrite.All
        GET /deviceManagement/roleDefinitions /deviceManagement/roleDefinitions/{id}
            DeviceManagementRBAC.Read.All DeviceManagementRBAC.ReadWrite.All
            DeviceManagementConfiguration.Read.All DeviceManagementConfiguration.ReadWrite.All
        POST /deviceManagement/roleDefinitions
            DeviceManagementRBAC.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All
        PATCH,DELETE /deviceManagement/roleDefinitions/{id}
            DeviceManagementRBAC.ReadWrite.All DeviceManagementConfiguration.ReadWrite.All
        """)

    private static let managedDevices = Resource.set(
        "managedDevices", Kinds.managedDevices, versions: .graph,
        order: [Query.Order(Field(path: ["deviceName"], type: .text))], visibility: { _ in .all },
        members: .managedDevice,
        operations: [
            .gated("POST", "wipe", on: .entity, ManagedDevices.one(.wipe)),
            .gated("POST", "retire", on: .entity, ManagedDevices.one(.retire)),
            .gated("DELETE", on: .entity, ManagedDevices.one(.delete)),
            Operation("POST", "executeAction", on: .resource, versions: [.beta]) { call in
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

    /// A set whose writes are gated.
    private static func configuration(_ collection: GatedCollection, _ versions: Set<Version> = .graph) -> Resource {
        var operations: [Operation] = [
            .gated("POST", on: .resource, collection.create), .gated("PATCH", on: .entity, collection.update),
            .gated("DELETE", on: .entity, collection.delete),
        ]
        if let assign = collection.assign { operations.append(.gated("POST", "assign", on: .entity, assign)) }
        return .set(
            collection.name, collection.kind, versions: versions,
            order: [Query.Order(Field(path: [collection.labelProperty], type: .text))], visibility: { _ in .all },
            members: DeclaredMembers.configurations[collection.name],
            relations: collection.relationships.map { .embedded($0) }, operations: operations)
    }
}
