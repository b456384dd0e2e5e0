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
            deviceManagementScripts, deviceHealthScripts, mobileApps, deviceCategories, deviceCompliancePolicies,
            configurationPolicies, intuneRoleDefinitions, operationApprovalPolicies, operationApprovalRequests,
            operationApprovalRequestHistory, breakGlass,
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
        [Kinds.edge(edge.relation, edge.fromId)]
    }
    /// Who leads to an object: a group's members, an application's owners and credential creators.
    package static let edgesTo = Index<DirectoryEdge>("edge.to", guarded: true) { edge, _ in
        [Kinds.edge(edge.relation, edge.toId)]
    }
    /// How both write an end of an edge.
    static func edge(_ relation: EdgeRelation, _ id: String) -> String { "\(relation.rawValue):\(id)" }
    package static let edges = Kind<DirectoryEdge>(
        "edge", columns: ["relation", "toId", "fromId"],
        orderings: [["relation", "toId", "fromId"], ["relation", "fromId", "toId"]], indexes: [edgesFrom, edgesTo])

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

    // MARK: Multi Admin Approval

    /// The policies that guard a type of operation: "none" means that nothing is guarded.
    package static let policyTypes = Index<OperationApprovalPolicy>("operationApprovalPolicy.type", guarded: true) {
        policy, _ in [policy.policyType.rawValue]
    }
    /// All policies of a tenant, under one value.
    package static let policiesOfTenant = Index<OperationApprovalPolicy>(
        "operationApprovalPolicy.tenant", guarded: true
    ) { _, _ in [everyPolicy] }
    package static let everyPolicy = "*"
    /// Policies by the groups that they name.
    package static let policyApprovers = Index<OperationApprovalPolicy>(
        "operationApprovalPolicy.approverGroup", guarded: true
    ) { policy, _ in policy.approverGroupIds.map { $0.lowercased() } }
    package static let operationApprovalPolicies = Kind<OperationApprovalPolicy>(
        "operationApprovalPolicy", columns: ["displayName", "policyType"],
        orderings: [["displayName"], ["policyType", "displayName"]],
        indexes: [policyTypes, policiesOfTenant, policyApprovers])

    /// Whom a request concerns: `party:…`, `approverGroup:…` and `decider:…` with users and groups as the request's snapshot names them.
    package static let audience = Index<OperationApprovalRequest>("operationApprovalRequest.audience", guarded: false) {
        request, internals in
        OperationApprovalRequests.audience(request, internals)
    }
    /// What requests are for, as `kind/id`: several for a bulk action.
    package static let requestTargets = Index<OperationApprovalRequest>(
        "operationApprovalRequest.target", guarded: false
    ) { _, internals in OperationApprovalRequests.targets(internals) }
    package static let operationApprovalRequests = Kind<OperationApprovalRequest>(
        "operationApprovalRequest",
        columns: [
            "status", "requestDateTime", "expirationDateTime", "lastModifiedDateTime", "requestor/user/id",
            "requestor/application/id",
        ],
        orderings: [
            ["requestDateTime"], ["status", "requestDateTime"], ["requestor/user/id", "requestDateTime"],
            ["requestor/application/id", "requestDateTime"],
        ], indexes: [audience, requestTargets])

    /// Requests past their retention: out of Graph's sight, kept as records.
    package static let operationApprovalRequestHistory = Kind<OperationApprovalRequest>(
        "operationApprovalRequestHistory",
        columns: ["requestDateTime", "requestor/user/id", "requestor/application/id"],
        orderings: [
            ["requestDateTime"], ["requestor/user/id", "requestDateTime"],
            ["requestor/application/id", "requestDateTime"],
        ], indexes: [audience])

    package static let breakGlass = Kind<BreakGlassRecord>("breakGlass")

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
