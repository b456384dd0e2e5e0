package import Directory
package import EDM
internal import JSON
package import MultiAdminApproval
package import Storage

/// Every kind of document in the house: its table, columns and indexes.
package enum Kinds {
    package static let catalog = Catalog(
        [
            tenants, signingKeys, secrets, users, groups, servicePrincipals, edges, roleAssignments, managedDevices,
            deviceManagementScripts, mobileApps, operationApprovalPolicies, operationApprovalRequests,
            operationApprovalRequestHistory,
        ], events: directoryAudits)

    // MARK: Directory

    package static let tenants = Kind<TenantRecord>("tenant")
    package static let signingKeys = Kind<SigningKey>("signingKey")
    package static let secrets = Kind<SecretRecord>("secret")
    /// Accounts of one person are found by `employeeId` (security rule R1).
    package static let employeeIds = Index<User>("user.employeeId", guarded: true) { user, _ in
        user.employeeId.map { [$0] } ?? []
    }
    package static let users = Kind<User>(
        "user", columns: ["displayName", "userPrincipalName"],
        orderings: [["displayName"], ["userPrincipalName"]], indexes: [employeeIds], canBeStoodOn: true)
    package static let groups = Kind<Group>(
        "group", columns: ["displayName"], orderings: [["displayName"]], canBeStoodOn: true)
    package static let appIds = Index<ServicePrincipal>("servicePrincipal.appId", guarded: true) { app, _ in [app.appId]
    }
    package static let servicePrincipals = Kind<ServicePrincipal>(
        "servicePrincipal", columns: ["displayName", "appId"], orderings: [["displayName"], ["appId"]],
        indexes: [appIds],
        canBeStoodOn: true)

    /// Who is reached from an object: a user's groups, the applications it owns.
    package static let edgesFrom = Index<DirectoryEdge>("edge.from", guarded: true) { edge, _ in
        ["\(edge.relation.rawValue):\(edge.fromId)"]
    }
    /// Who leads to an object: a group's members, an application's owners and credential creators.
    package static let edgesTo = Index<DirectoryEdge>("edge.to", guarded: true) { edge, _ in
        ["\(edge.relation.rawValue):\(edge.toId)"]
    }
    package static let edges = Kind<DirectoryEdge>(
        "edge", columns: ["relation", "toId", "fromId"],
        orderings: [["relation", "toId", "fromId"], ["relation", "fromId", "toId"]], indexes: [edgesFrom, edgesTo],
        canBeStoodOn: true)

    package static let rolesOf = Index<UnifiedRoleAssignment>("roleAssignment.principal", guarded: true) {
        assignment, _ in
        [assignment.principalId]
    }
    package static let roleAssignments = Kind<UnifiedRoleAssignment>(
        "roleAssignment", columns: ["principalId", "roleDefinitionId"],
        orderings: [["principalId"], ["roleDefinitionId"]], indexes: [rolesOf], canBeStoodOn: true)

    // MARK: Device management

    package static let managedDevices = Kind<ManagedDevice>(
        "managedDevice", columns: ["deviceName"], orderings: [["deviceName"]])
    package static let deviceManagementScripts = Kind<DeviceManagementScript>(
        "deviceManagementScript", columns: ["displayName"], orderings: [["displayName"]])
    package static let mobileApps = Kind<MobileApp>("mobileApp", columns: ["displayName"], orderings: [["displayName"]])

    // MARK: Multi Admin Approval

    /// The policies that guard a type of operation: "none" means that nothing is guarded.
    package static let policyTypes = Index<OperationApprovalPolicy>("operationApprovalPolicy.type", guarded: true) {
        policy, _ in [policy.policyType.rawValue]
    }
    /// Policies by the groups that they name.
    package static let policyApprovers = Index<OperationApprovalPolicy>(
        "operationApprovalPolicy.approverGroup", guarded: false
    ) { policy, _ in policy.approverGroupIds }
    package static let operationApprovalPolicies = Kind<OperationApprovalPolicy>(
        "operationApprovalPolicy", columns: ["displayName", "policyType"],
        orderings: [["displayName"], ["policyType", "displayName"]], indexes: [policyTypes, policyApprovers],
        canBeStoodOn: true)

    /// Whom a request concerns: `requestor:…` and `approver:…` with users and groups as the request's snapshot names them.
    package static let audience = Index<OperationApprovalRequest>("operationApprovalRequest.audience", guarded: false) {
        _, internals in
        OperationApprovalRequests.audience(internals)
    }
    package static let operationApprovalRequests = Kind<OperationApprovalRequest>(
        "operationApprovalRequest",
        columns: [
            "status", "requestDateTime", "expirationDateTime", "lastModifiedDateTime", "requestor/user/id",
            "requestor/application/id",
        ],
        orderings: [
            ["requestDateTime"], ["status", "requestDateTime"], ["requestor/user/id", "requestDateTime"],
            ["requestor/application/id", "requestDateTime"],
        ], indexes: [audience])

    /// Requests past their retention: out of Graph's sight, kept as records.
    package static let operationApprovalRequestHistory = Kind<OperationApprovalRequest>(
        "operationApprovalRequestHistory", columns: ["requestDateTime"], orderings: [["requestDateTime"]])

    // MARK: The log

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

/// Graph's `deviceManagementScript`; members besides the name are kept as sent.
package struct DeviceManagementScript: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String>("displayName", .required)
    package let createdDateTime = Property<Instant>("createdDateTime", [.readOnly, .required])
    package let lastModifiedDateTime = Property<Instant>("lastModifiedDateTime", [.readOnly, .required])
}

/// Graph's `mobileApp`; members besides the name are kept as sent.
package struct MobileApp: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let isOpen = true
    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String>("displayName", .required)
    package let createdDateTime = Property<Instant>("createdDateTime", [.readOnly, .required])
    package let lastModifiedDateTime = Property<Instant>("lastModifiedDateTime", [.readOnly, .required])
}
