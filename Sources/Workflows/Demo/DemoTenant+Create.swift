internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

extension DemoTenant {
    /// The waiting request that the first steps approve.
    package static let welcome = id("operationApprovalRequests/welcome")
    package static let laptop1 = id("managedDevices/laptop-1")

    /// Everybody by short name, with the manager and what they may do.
    static let people: [(name: String, manager: String?, roles: [String])] = [
        ("alice", "erin", [DirectoryRoles.intuneAdministrator]),
        ("bob", "erin", [DirectoryRoles.intuneAdministrator]),
        ("carol", "erin", []),
        ("dave", "alice", []),
        ("erin", nil, [DirectoryRoles.globalAdministrator, DirectoryRoles.privilegedRoleAdministrator]),
        ("frank", "erin", [DirectoryRoles.globalReader]),
        ("grace", "erin", []),
        ("heidi", nil, []),
    ]

    static let groups: [(name: String, members: [String])] = [
        ("operation-approvers", ["bob", "carol"]),
        ("role-approvers", ["bob", "erin"]),
        ("finance-readers", []), ("sales-tools", []), ("finance-auditors", []), ("partners", []),
        ("employees", ["alice", "bob", "carol", "dave", "erin", "frank", "grace"]),
    ]

    static func principalName(_ name: String) -> String {
        name == "heidi" ? "heidi@partner.example" : "\(name)@\(domain)"
    }

    /// `finance-readers` → "Finance readers".
    static func title(_ name: String) -> String {
        let words = name.split(separator: "-").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

extension Governance {
    /// Creates the demo tenant in an empty database.
    package func createDemoTenant() async throws {
        try await store.decide(in: DemoTenant.tenant) { unit in
            try Self.createDirectory(in: &unit)
            try Self.createDeviceManagement(in: &unit)
            try unit.record(
                Event(
                    "tenant.created", subject: Key(Kinds.tenants.name, DemoTenant.tenant), actor: "system",
                    audit: Audit.system("Create tenant", category: "DirectoryManagement")))
        }
        try await fileWelcomeRequest()
    }

    /// Whether this database holds the demo tenant, another tenant, or nothing yet.
    package func tenants() async throws -> [String] {
        try await store.read(Query(Kinds.tenants, tenant: DemoTenant.tenant, visibility: .all)).map(\.id)
    }

    private static func createDirectory(in unit: inout UnitOfWork) throws {
        let now = unit.now
        try unit.put(
            Stored(
                Kinds.tenants, id: DemoTenant.tenant,
                try Document {
                    $0.id = DemoTenant.tenant
                    $0.displayName = "Demo"
                    $0.defaultDomain = DemoTenant.domain
                    $0.bootstrapClosedAt = now
                }))
        for person in DemoTenant.people {
            let id = DemoTenant.id("users/\(person.name)")
            let principalName = DemoTenant.principalName(person.name)
            try unit.put(
                Stored(
                    Kinds.users, id: id,
                    try Document {
                        $0.id = id
                        $0.accountEnabled = true
                        $0.displayName = DemoTenant.title(person.name)
                        $0.userPrincipalName = principalName
                        $0.mail = principalName
                        $0.userType = person.name == "heidi" ? "Guest" : "Member"
                        $0.createdDateTime = now
                    }))
            if let manager = person.manager {
                try link(.manager, to: id, from: DemoTenant.id("users/\(manager)"), .user, in: &unit)
            }
            for role in person.roles {
                let assignment = DemoTenant.id("roleAssignments/\(person.name)/\(role)")
                try unit.put(
                    Stored(
                        try Document {
                            $0.id = assignment
                            $0.principalId = id
                            $0.roleDefinitionId = role
                            $0.directoryScopeId = "/"
                        }, writtenBy: .system, at: now))
            }
        }
        for group in DemoTenant.groups {
            let id = DemoTenant.id("groups/\(group.name)")
            try unit.put(
                Stored(
                    Kinds.groups, id: id,
                    try Document {
                        $0.id = id
                        $0.displayName = DemoTenant.title(group.name)
                        $0.mailEnabled = false
                        $0.securityEnabled = true
                        $0.createdDateTime = now
                    }))
            for member in group.members {
                try link(.member, to: id, from: DemoTenant.id("users/\(member)"), .user, in: &unit)
            }
        }
        let automation = DemoTenant.id("servicePrincipals/automation")
        try unit.put(
            Stored(
                Kinds.servicePrincipals, id: automation,
                try Document {
                    $0.id = automation
                    $0.appId = DemoTenant.id("applications/automation")
                    $0.displayName = "Automation"
                    $0.accountEnabled = true
                }))
        try link(.owner, to: automation, from: DemoTenant.id("users/bob"), .user, in: &unit)
    }

    private static func link(
        _ relation: EdgeRelation, to: String, from: String, _ end: EdgeEnd, in unit: inout UnitOfWork
    ) throws {
        let id = "\(relation.rawValue):\(to):\(from)"
        let now = unit.now
        try unit.put(
            Stored(
                Kinds.edges, id: id,
                try Document {
                    $0.id = id
                    $0.relation = relation
                    $0.toId = to
                    $0.fromId = from
                    $0.fromKind = end
                    $0.writtenBy = "system"
                    $0.writtenAt = now
                }))
    }

    private static func createDeviceManagement(in unit: inout UnitOfWork) throws {
        let now = unit.now
        for type in [OperationApprovalPolicyType.script, .app, .deviceWipe] {
            let id = DemoTenant.id("operationApprovalPolicies/\(type.rawValue)")
            let set = try Document<OperationApprovalPolicySet> {
                $0.policyType = type
                $0.policyPlatform = .notApplicable
            }
            try unit.put(
                Stored(
                    Kinds.operationApprovalPolicies, id: id,
                    try Document {
                        $0.id = id
                        $0.displayName = DemoTenant.title(type.rawValue)
                        $0.lastModifiedDateTime = now
                        $0.policyType = type
                        $0.policyPlatform = .notApplicable
                        $0.policySet = set
                        $0.approverGroupIds = [DemoTenant.id("groups/operation-approvers")]
                    }))
            unit.take(
                "operationApprovalPolicy/\(type.rawValue)/notApplicable",
                for: Key(Kinds.operationApprovalPolicies.name, id))
        }
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

    /// Alice wants laptop-1 wiped: the request that waits for a second person.
    private func fileWelcomeRequest() async throws {
        let alice = Caller(
            tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/alice")),
            permissions: Set(DemoTenant.scopes))
        var write = GatedWrite(
            ManagedDevices.one(.wipe), method: "POST", version: "beta", entityId: DemoTenant.laptop1,
            body: ["keepUserData": true])
        write.contentType = "application/json"
        _ = try await file(write, justification: "Device returned for repair", as: alice, id: DemoTenant.welcome)
    }

    /// Finds a user by short name (`alice`), principal name or id; or an application by name, client id or object id.
    /// - Returns: nil where nobody is meant.
    package func demoPrincipal(_ name: String, application: Bool = false) async throws -> (id: String, name: String)? {
        let tenant = DemoTenant.tenant
        let wanted = name.asciiLowercased
        if application {
            for row in try await store.read(
                Query(Kinds.servicePrincipals, tenant: tenant, visibility: .all, limit: 1000))
            {
                let app = try Document<ServicePrincipal>(json: JSONReader.read(row.document, limits: .stored))
                if [app.id, app.appId, app.displayName.asciiLowercased].contains(wanted) {
                    return (app.id, app.displayName)
                }
            }
            return nil
        }
        let ids = [wanted, DemoTenant.id("users/\(wanted)")]
        let query = Query(
            Kinds.users, tenant: tenant, visibility: .all,
            filter: .or([
                .isIn(.id, ids.map(FieldValue.text)),
                .text(.startsWith, Field(path: ["userPrincipalName"], type: .text), wanted, ignoringCase: true),
            ]), limit: 1000)
        for row in try await store.read(query) {
            let user = try Document<User>(json: JSONReader.read(row.document, limits: .stored))
            if ids.contains(user.id) || user.userPrincipalName.asciiLowercased == wanted {
                return (user.id, user.displayName)
            }
        }
        return nil
    }
}
