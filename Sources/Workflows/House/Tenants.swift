internal import Approvals
internal import Crypto
package import Directory
package import EDM
internal import JSON
@_spi(Decisions) internal import Storage
internal import Text

// Tenants come from the console only (security rule R9).
extension Governance {
    /// A first administrator of a new tenant.
    package struct Administrator: Hashable, Sendable {
        /// The user's id, as tokens of the tenant's issuer name it.
        package let id: String
        package let userPrincipalName: String
        package let displayName: String

        package init(id: String, userPrincipalName: String, displayName: String) {
            self.id = id
            self.userPrincipalName = userPrincipalName
            self.displayName = displayName
        }
    }

    /// What a new tenant's operator is told once.
    package struct NewTenant: Sendable {
        package let id: String
        /// A security group of the administrators, for the first policy to name.
        package let group: String
        /// Lets one administrator make the first access policy without an approval, once, within 24 hours.
        package let consoleToken: String
    }

    /// How long a console token opens the bootstrap.
    package static let consoleTokenLifetime: Duration = .hours(24)

    /// Creates a tenant with its first administrators, who are Global Administrators.
    /// - Throws: `Invalid` where the tenant exists.
    package func createTenant(
        _ id: String, displayName: String, domain: String, administrators: [Administrator]
    ) async throws -> NewTenant {
        try await store.decide(in: id) { unit in
            guard try await unit.get(Kinds.tenants, id) == nil else {
                throw Invalid(reason: "The tenant \(id) exists already.")
            }
            let (now, token, group) = (unit.now, unit.newSecret().hex, unit.newRandomID())
            try unit.put(
                Stored(
                    Kinds.tenants, id: id,
                    try Document {
                        $0.id = id
                        $0.displayName = displayName
                        $0.defaultDomain = domain
                    },
                    internals: [
                        "consoleToken": .string(Self.digest(token)),
                        "consoleTokenExpires": (now + Self.consoleTokenLifetime).json,
                    ], settlesAt: nil))
            try unit.put(
                Stored(
                    Kinds.groups, id: group,
                    try Document {
                        $0.id = group
                        $0.displayName = "Administrators"
                        $0.mailEnabled = false
                        $0.securityEnabled = true
                        $0.createdDateTime = now
                    }))
            for administrator in administrators {
                try unit.put(
                    Stored(
                        Kinds.users, id: administrator.id,
                        try Document {
                            $0.id = administrator.id
                            $0.accountEnabled = true
                            $0.displayName = administrator.displayName
                            $0.userPrincipalName = administrator.userPrincipalName
                            $0.mail = administrator.userPrincipalName
                            $0.userType = "Member"
                            $0.createdDateTime = now
                        }))
                let assignment = unit.newRandomID()
                try unit.put(
                    Stored(
                        try Document {
                            $0.id = assignment
                            $0.principalId = administrator.id
                            $0.roleDefinitionId = DirectoryRoles.globalAdministrator
                            $0.directoryScopeId = "/"
                        }, writtenBy: .system, at: now))
                try unit.put(
                    Stored(.member, to: group, from: administrator.id, .user, writtenBy: .system, at: now))
            }
            var entry = AuditEntry(.createTenant, subject: Key(Kinds.tenants.name, id))
            entry.facts["administrators"] = administrators.map(\.id).json
            try unit.record(entry.event)
            return NewTenant(id: id, group: group, consoleToken: token)
        }
    }

    static func digest(_ token: String) -> String { SHA256.hash(data: Array(token.utf8)).hex }

    // MARK: Finding one's way

    /// Every tenant of the database, by its id.
    package func tenants() async throws -> [String] {
        var known: [String] = []
        for tenant in try await inspectable().tenants()
        where try await store.preview(in: tenant, { try await $0.get(Kinds.tenants, tenant) != nil }) {
            known.append(tenant)
        }
        return known
    }

    /// - Throws: `StorageError.incompatible` where the engine can't be looked into.
    func inspectable() throws -> any Inspectable {
        guard let engine = store.engine as? any Inspectable else {
            throw StorageError.incompatible("This storage engine can't be inspected.")
        }
        return engine
    }

    /// A tenant of the database by its id, or the only one.
    /// - Throws: `Invalid` where there is none, or more than one and none is named.
    package func tenant(_ wanted: String?) async throws -> String {
        let known = try await tenants()
        if let wanted {
            guard known.contains(wanted.lowercased()) else { throw Invalid(reason: "There is no tenant '\(wanted)'.") }
            return wanted.lowercased()
        }
        guard known.count == 1 else {
            throw Invalid(
                reason: known.isEmpty
                    ? "There is no tenant in this database."
                    : "There are several tenants: \(known.joined(separator: ", ")). Name one with --tenant.")
        }
        return known[0]
    }

    /// A user by id, by principal name, or by the short name of a person of the demo (`alice`).
    package func user(_ name: String, in tenant: String) async throws -> Document<User>? {
        let wanted = name.asciiLowercased
        let query = Query(
            Kinds.users, tenant: tenant, visibility: .all,
            filter: .or([
                .isIn(.id, [.text(wanted), .text(DemoTenant.id("users/\(wanted)"))]),
                .text(.equals, Field(path: ["userPrincipalName"], type: .text), wanted, ignoringCase: true),
            ]), limit: 1)
        return try await store.read(query).first.map {
            try Document<User>(json: JSONReader.read($0.document, limits: .stored))
        }
    }
}
