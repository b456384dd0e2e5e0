package import EDM
internal import JSON
import Storage

/// What `--emulator` adds: a clock that moves and a start state to return to.
extension Governance {
    /// Moves governance time forward and runs everything that became due, in order.
    /// - Returns: the time when it has run.
    /// - Throws: `Invalid` where the instant is in the past.
    package func moveClock(to instant: Instant) async throws -> Instant {
        guard instant >= (try await store.now()) else { throw Self.backwards }
        return try await setClock(instant)
    }

    private func setClock(_ instant: Instant) async throws -> Instant {
        guard instant < Self.end else { throw Invalid(reason: "would move the clock past the year 9900.") }
        try await store.engine.setClock(instant)
        try await store.settleOverdue(limit: .max)
        return try await store.now()
    }

    /// Moves governance time forward by a duration and runs everything that became due, in order.
    /// - Throws: `Invalid` where the duration is negative.
    package func moveClock(by duration: Duration) async throws -> Instant {
        guard duration >= .zero else { throw Self.backwards }
        let now = try await store.now()
        return duration == .zero ? now : try await setClock(now + duration)
    }

    private static var backwards: Invalid {
        Invalid(
            reason:
                "would move the clock backwards. Time only moves forward; POST /countersign/emulator/reset starts anew."
        )
    }

    /// Deadlines after it must still be instants of four-digit years.
    private static let end = Instant(microseconds: 250_246_281_600_000_000)

    /// Returns to the start state and the system's time: the demo tenant as it was made, any other tenant empty. Keys stay, so
    /// tokens stay valid.
    package func reset() async throws {
        tally.clear()
        switches.reset()
        var records: [Stored<TenantRecord>] = []
        for tenant in try await tenants() where tenant != DemoTenant.tenant {
            let record = try await store.preview(in: tenant) { try await $0.get(Kinds.tenants, tenant) }
            if let record { records.append(record) }
        }
        try await store.engine.reset(keeping: Self.keys)
        for record in records {
            try await store.decide(in: record.id) { unit in
                try unit.put(Stored(Kinds.tenants, id: record.id, record.document))
                try unit.record(AuditEntry(.createTenant, subject: record.key).event)
            }
        }
        // A demonstration has this one tenant and no other.
        if records.isEmpty { try await createDemoTenant() }
    }

    /// The tenant that an emulator's controls are about: the only one.
    /// - Throws: `Invalid` where there are several.
    package func emulatedTenant() async throws -> String {
        let known = try await tenants()
        guard known.count == 1 else {
            throw Invalid(reason: "can't be said of one tenant: the database holds \(known.count).")
        }
        return known[0]
    }

    /// Keys stay through resets and snapshots, so that tokens stay valid.
    private static let keys: Set = [Kinds.signingKeys.name, Kinds.secrets.name]

    // MARK: Snapshots

    /// The most snapshots that a database keeps.
    package static let snapshotLimit = 16

    /// Keeps everything as it is now under a name, in place of what had the name.
    /// - Parameter name: letters a to z, digits and hyphens, at most 64.
    /// - Throws: `Invalid` for other names, and for one more than the limit.
    package func saveSnapshot(_ name: String) async throws {
        try Self.check(name)
        let known = try await store.engine.snapshots()
        guard known.contains(name) || known.count < Self.snapshotLimit else {
            throw Invalid(
                reason: "There are \(known.count) snapshots already. Delete one, or use the name of one to replace.")
        }
        try await store.engine.saveSnapshot(name, without: Self.keys)
    }

    /// Returns to a snapshot, and to the time at which it was made.
    /// - Throws: `ResourceNotFound` where there is none of that name.
    package func restoreSnapshot(_ name: String) async throws {
        try Self.check(name)
        tally.clear()
        guard try await store.engine.restoreSnapshot(name, without: Self.keys) else { throw ResourceNotFound(id: name) }
    }

    /// Forgets a snapshot.
    /// - Throws: `ResourceNotFound` where there is none of that name.
    package func deleteSnapshot(_ name: String) async throws {
        try Self.check(name)
        guard try await store.engine.deleteSnapshot(name, without: Self.keys) else { throw ResourceNotFound(id: name) }
    }

    private static func check(_ name: String) throws(Invalid) {
        let isPlain = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || byte == UInt8(ascii: "-")
        }
        guard isPlain, 1...64 ~= name.utf8.count else {
            throw Invalid(reason: "A snapshot's name has 1 to 64 of the characters a to z, 0 to 9 and '-'.")
        }
    }
}
