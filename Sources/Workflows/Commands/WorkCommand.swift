package import EDM
package import Storage

/// A command that a document of the kind `work` wakes by its name: a continuation, or a deadline that is no document's own.
package struct WorkCommand: Sendable {
    package let name: String
    let run: @Sendable (inout UnitOfWork, Document<Work>, Governance.Settings) async throws -> Outcome

    /// How it goes on; what was done is an event in either case.
    package enum Outcome: Sendable {
        case done(AuditEntry)
        /// To be woken again; at once where the instant has passed.
        case again(at: Instant, cursor: String?, AuditEntry)
    }

    package init(
        _ name: String,
        _ run: @escaping @Sendable (inout UnitOfWork, Document<Work>, Governance.Settings) async throws -> Outcome
    ) {
        self.name = name
        self.run = run
    }

    /// Runs what is due.
    /// - Throws: `StorageError.corrupt` for work whose command this build hasn't: it stays, `doctor` tells of it, and the
    ///   time of everything else goes on.
    static func run(
        _ id: String, of commands: [String: WorkCommand], in unit: inout UnitOfWork, settings: Governance.Settings
    ) async throws {
        guard var work = try await unit.get(Work.kind, id), let due = work.settlesAt, due <= unit.now else { return }
        guard let command = commands[work.document.name] else {
            throw StorageError.corrupt(work.key, "it wakes '\(work.document.name)', which this build doesn't know.")
        }
        unit.stands(from: due)
        switch try await command.run(&unit, work.document, settings) {
        case .done(let entry):
            try unit.record(entry.event)
            unit.delete(work)
        case .again(let instant, let cursor, let entry):
            try unit.record(entry.event)
            work.document.cursor = cursor
            work.settlesAt = instant
            try unit.put(work)
        }
    }
}
