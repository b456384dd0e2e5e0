internal import JSON
internal import Storage

extension Governance {
    /// Brings documents of the release before into the form of this one: before anything is served, once in each database.
    /// - Throws: `StorageError`: the next run goes on where this one ended.
    package func migrate() async throws {
        try await store.migrate(workloads.list.flatMap(\.migrations)) { migration, changed in
            var entry = AuditEntry(.migrate, subject: nil)
            entry.facts["migration"] = .string(migration.name)
            entry.facts["changed"] = .integer(Int64(changed))
            return entry.event
        }
    }
}

extension Examiner {
    /// What a migration has left as it was: nobody can read it, and nothing else is held up by it.
    static let unreadable = Examiner(
        "migrations", "Every document could be brought into this release's form", isDeep: false,
        fine: { _ in "nothing was left behind" },
        remedy: ". Each fails alone where it is read: restore it from a backup, or delete it."
    ) { examination in
        var found = Violations()
        for document in try await examination.engine.unreadable() where document.tenant == examination.tenant {
            found.add("\(document.key): \(document.reason)")
        }
        return found
    }
}
