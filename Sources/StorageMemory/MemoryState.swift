internal import EDM
internal import Storage

/// Everything that the engine holds.
struct MemoryState: Sendable {
    let catalog: Catalog
    private(set) var tenants: [String: MemoryTenant] = [:]
    var isClosed = false
    /// How far the store's clock is ahead of the system's.
    private var ahead: Duration = .zero
    /// The latest instant that anybody was told.
    private var latest: Instant?
    /// Copies of all tenants, each with when it was made.
    private(set) var snapshots: [String: (tenants: [String: MemoryTenant], at: Instant)] = [:]

    init(catalog: Catalog) { self.catalog = catalog }

    subscript(tenant: String) -> MemoryTenant {
        get { tenants[tenant] ?? MemoryTenant() }
        // In place: a copy per commit would make each as dear as the tenant is large.
        _modify { yield &tenants[tenant, default: MemoryTenant()] }
    }

    // MARK: Time

    mutating func now(_ system: Instant) -> Instant {
        let instant = max(latest ?? system + ahead, system + ahead)
        latest = instant
        return instant
    }

    mutating func setClock(_ instant: Instant, _ system: Instant) {
        guard instant > now(system) else { return }
        ahead = instant - system
    }

    func overdue(at instant: Instant, tenant: String?, kind: String?, limit: Int) -> [Overdue] {
        let due = tenants.filter { tenant == nil || $0.key == tenant }.flatMap { tenant, contents in
            contents.deadlines.filter { $0.value <= instant && (kind == nil || $0.key.kind == kind) }
                .map { Overdue(tenant: tenant, key: $0.key, settlesAt: $0.value) }
        }
        return Array(due.sorted(by: Self.precedes).prefix(limit))
    }

    private static func precedes(_ one: Overdue, _ other: Overdue) -> Bool {
        if one.settlesAt != other.settlesAt { return one.settlesAt < other.settlesAt }
        return one.tenant == other.tenant ? one.key < other.key : one.tenant.precedesExactly(other.tenant)
    }

    var nextSettling: Instant? { tenants.values.flatMap(\.deadlines.values).min() }

    mutating func saveSnapshot(_ name: String, _ system: Instant) { snapshots[name] = (tenants, now(system)) }

    mutating func deleteSnapshot(_ name: String) -> Bool { snapshots.removeValue(forKey: name) != nil }

    mutating func restoreSnapshot(_ name: String, without kinds: Set<String>, _ system: Instant) -> Bool {
        guard let (saved, at) = snapshots[name] else { return false }
        for tenant in Set(tenants.keys).union(saved.keys) {
            self[tenant].restore(saved[tenant] ?? MemoryTenant(), without: kinds, events: catalog.events.name)
        }
        ahead = at - system
        latest = nil
        return true
    }

    mutating func reset(keeping kinds: Set<String>) {
        for tenant in tenants.keys { self[tenant].reset(keeping: kinds, events: catalog.events.name) }
        ahead = .zero
        latest = nil
    }
}
