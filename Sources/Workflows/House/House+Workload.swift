internal import EDM
internal import Storage

extension Workload {
    /// The house itself: tenants, the development issuer's keys, the log, and what a checker looks at whatever moved in.
    package static let house: Workload = {
        var house = Workload("house")
        house.kinds = [Kinds.tenants, Kinds.signingKeys, Kinds.secrets]
        house.activities = [.createTenant, .createSigningKey, .createSecret, .seed, .migrate]
        house.examiners = [.events, .work, .unreadable, .timers] + Examiner.ofApprovals + Examiner.ofStorage
        house.faults = PlantedFault.ofStorage + PlantedFault.ofApprovals
        return house
    }()
}

extension AuditEntry.Activity {
    static let createTenant = Self(
        "tenant.created", "Create tenant", category: "DirectoryManagement", operation: "Add", tags: .untargeted)
    static let createSigningKey = Self(
        "signingKey.created", "Create signing key", category: "Authentication", operation: "Add", tags: .untargeted)
    static let createSecret = Self(
        "secret.created", "Create sealing key", category: "Authentication", operation: "Add", tags: .untargeted)
    static let migrate = Self(
        "documents.migrated", "Migrate documents", category: "Storage", tags: .untargeted)
    static let seed = Self(
        "emulator.seeded", "Seed entities", category: "Emulator", operation: "Add", tags: .untargeted,
        alone: "seeds of an emulator")
}
