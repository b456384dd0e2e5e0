internal import Storage

extension ChangeSet {
    /// The same change set in another tenant, or under another id.
    func moved(to tenant: String? = nil, id: String? = nil) -> ChangeSet {
        var moved = ChangeSet(id: id ?? self.id, tenant: tenant ?? self.tenant)
        moved.reads = reads
        moved.window = window
        moved.writes = writes
        moved.names = names
        moved.events = events
        return moved
    }

    /// The change set as an engine with this flaw would take it.
    func with(_ flaw: Flaw, on engine: any Engine) async throws -> ChangeSet {
        var changes = self
        switch flaw {
        case .skippedVersionCheck:
            changes.reads.documents = reads.documents.filter { $0.value == nil }
            changes.writes = try await writes(on: engine) { write, current in
                write.replacing == nil ? nil : current?.version
            }
        case .skippedAbsenceCheck:
            changes.reads.documents = reads.documents.filter { $0.value != nil }
            changes.writes = try await writes(on: engine) { write, current in write.replacing ?? current?.version }
        case .skippedStampCheck: changes.reads.guarded = [:]
        case .skippedNameCheck:
            changes.reads.names = [:]
            changes.names = try await namesTakenAnyway(on: engine)
        case .skippedWindow: changes.window = Window()
        case .nameNotReleased:
            changes.names = names.filter { if case .take = $0 { true } else { false } }
        case .removedEntryKept:
            changes.writes = writes.map { write in
                Write(
                    key: write.key, replacing: write.replacing, row: write.row, entriesAdded: write.entriesAdded,
                    entriesRemoved: [])
            }
        case .deadlineKept: changes.writes = try await writesWithOldDeadlines(on: engine)
        case .migrationForgotten: changes.writes = writes.filter { $0.key.kind != MigrationRecord.kind.name }
        case .eventOfRefusalLost where writes.isEmpty && names.isEmpty: changes.events = []
        default: break
        }
        return changes
    }

    private func writes(
        on engine: any Engine, replacing: (Write, StoredRow?) -> String?
    ) async throws -> [Write] {
        var changed: [Write] = []
        for write in writes {
            let current = try await engine.get(write.key, tenant: tenant)
            changed.append(
                Write(
                    key: write.key, replacing: replacing(write, current), row: write.row,
                    entriesAdded: write.entriesAdded,
                    entriesRemoved: write.entriesRemoved))
        }
        return changed
    }

    private func writesWithOldDeadlines(on engine: any Engine) async throws -> [Write] {
        var changed: [Write] = []
        for write in writes {
            let deadline = try await engine.get(write.key, tenant: tenant)?.settlesAt
            let row = write.row.map { row in
                Row(
                    document: row.document, internals: row.internals, settlesAt: row.settlesAt ?? deadline,
                    columns: row.columns)
            }
            changed.append(
                Write(
                    key: write.key, replacing: write.replacing, row: row, entriesAdded: write.entriesAdded,
                    entriesRemoved: write.entriesRemoved))
        }
        return changed
    }

    private func namesTakenAnyway(on engine: any Engine) async throws -> [NameChange] {
        var changed: [NameChange] = []
        for change in names {
            if case .take(let name, _) = change, let holder = try await engine.holder(of: name, tenant: tenant),
                !names.contains(.release(name, from: holder))
            {
                changed.append(.release(name, from: holder))
            }
            changed.append(change)
        }
        return changed
    }
}
