internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

extension Workload {
    /// Devices and their configuration, as far as operations on them can be guarded.
    package static let deviceManagement: Workload = {
        var workload = Workload("deviceManagement")
        workload.kinds = [
            Kinds.managedDevices, Kinds.deviceManagementScripts, Kinds.deviceHealthScripts, Kinds.mobileApps,
            Kinds.deviceCategories, Kinds.deviceCompliancePolicies, Kinds.configurationPolicies,
            Kinds.intuneRoleDefinitions,
        ]
        workload.seeds = SeedCollection.deviceManagement
        workload.demo = [.documents(createDevices)]
        return workload
    }()

    private static func createDevices(in unit: inout UnitOfWork) throws {
        let now = unit.now
        for number in 1...3 {
            let id = DemoTenant.id("managedDevices/laptop-\(number)")
            try unit.put(
                Stored(
                    Kinds.managedDevices, id: id,
                    try Document {
                        $0.id = id
                        $0.deviceName = "laptop-\(number)"
                        $0.serialNumber = "DEMO-000\(number)"
                        $0.userDisplayName = "Alice"
                        $0.emailAddress = DemoTenant.principalName("alice")
                        $0.managementState = "managed"
                    }))
        }
        let configuration = [
            ("deviceManagementScripts", Kinds.deviceManagementScripts, ["restart-spooler", "collect-logs"]),
            ("mobileApps", Kinds.mobileApps, ["company-portal", "line-of-business"]),
        ]
        for (collection, kind, names) in configuration {
            for name in names {
                let id = DemoTenant.id("\(collection)/\(name)")
                try unit.put(
                    Stored(
                        kind, id: id,
                        try Document {
                            $0.id = id
                            $0.displayName = DemoTenant.title(name)
                            $0.createdDateTime = now
                            $0.lastModifiedDateTime = now
                        }))
            }
        }
    }
}

extension DemoTenant {
    package static let laptop1 = id("managedDevices/laptop-1")
}

extension SeedCollection {
    fileprivate static let deviceManagement: [SeedCollection] =
        [
            SeedCollection("managedDevices") { entity, id, unit in
                try await SeedCollection.put(
                    entity, id, Kinds.managedDevices,
                    ["deviceName": .string(id), "managementState": "managed", "deviceActionResults": []], &unit)
            }
        ]
        + GatedCollection.all.map { collection in
            SeedCollection(collection.name) { entity, id, unit in
                let now = unit.now
                try await SeedCollection.put(
                    entity, id, collection.kind, ["createdDateTime": now.json, "lastModifiedDateTime": now.json], &unit)
            }
        }
}
