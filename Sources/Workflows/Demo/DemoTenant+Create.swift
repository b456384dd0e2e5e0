internal import Directory
internal import EDM
internal import JSON
internal import Storage
internal import Text

extension Governance {
    /// Creates the demo tenant, with what each workload puts into it, in an empty database.
    package func createDemoTenant() async throws {
        let steps = workloads.list.flatMap(\.demo)
        try await store.decide(in: DemoTenant.tenant) { unit in
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
            for case .documents(let put) in steps { try await put(&unit) }
            try unit.record(AuditEntry(.createTenant, subject: Key(Kinds.tenants.name, DemoTenant.tenant)).event)
        }
        for case .command(let give) in steps { try await give(self) }
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
        return try await user(name, in: tenant).map { ($0.id, $0.displayName) }
    }
}
