internal import EDM
internal import Storage

/// The one commit: everything that was read still stands, or nothing happens.
extension MemoryState {
    mutating func commit(_ changes: ChangeSet, _ system: Instant) -> CommitOutcome {
        let now = now(system)
        if let conflict = conflict(of: changes, with: self[changes.tenant], at: now) { return .conflict(conflict) }
        apply(changes, at: now)
        return .committed(at: now)
    }

    // MARK: What must still be so

    private func conflict(of changes: ChangeSet, with tenant: MemoryTenant, at now: Instant) -> Conflict? {
        if tenant.changes[changes.id] != nil { return .change }
        if !changes.window.contains(now) { return .window }
        // Sorted, so that of several conflicts the same one is named in every run.
        for (key, version) in changes.reads.documents.sorted(by: { $0.key < $1.key })
        where tenant.document(key)?.row.version != version { return .document(key) }
        for write in changes.writes where tenant.document(write.key)?.row.version != write.replacing {
            return .document(write.key)
        }
        for (value, stamp) in changes.reads.guarded.sorted(by: { $0.key < $1.key })
        where tenant.stamps[value] ?? 0 != stamp { return .guarded(value) }
        return conflict(ofNamesIn: changes, with: tenant.names)
    }

    private func conflict(ofNamesIn changes: ChangeSet, with held: [Name: Key]) -> Conflict? {
        for (name, holder) in changes.reads.names.sorted(by: { Name($0.key) < Name($1.key) })
        where held[Name(name)] != holder { return .name(name) }
        var held = held
        for change in changes.names {
            guard change.apply(to: &held) else { return .name(change.name) }
        }
        return nil
    }

    // MARK: What shall be

    private mutating func apply(_ changes: ChangeSet, at now: Instant) {
        self[changes.tenant].changes[changes.id] = now
        for write in changes.writes { apply(write, change: changes) }
        for value in changes.movedStamps(catalog) { self[changes.tenant].stamps[value, default: 0] += 1 }
        for change in changes.names { _ = change.apply(to: &self[changes.tenant].names) }
        for event in changes.events { append(event, change: changes, at: now) }
    }

    private mutating func apply(_ write: ChangeSet.Write, change: ChangeSet) {
        guard let row = write.row else { return self[change.tenant].remove(write.key) }
        let entries = (self[change.tenant].document(write.key)?.entries ?? [])
            .subtracting(write.entriesRemoved).union(write.entriesAdded)
        self[change.tenant].put(MemoryDocument(write.key, version: change.id, row, entries: entries))
    }

    private mutating func append(_ event: StoredEvent, change: ChangeSet, at now: Instant) {
        let position = Int64(self[change.tenant].log.count)
        self[change.tenant].log.append(
            PositionedEvent(
                position: position, id: event.id, change: change.id, at: now, bytes: event.bytes, leaf: event.leaf))
        self[change.tenant].put(
            MemoryDocument(Key(catalog.events.name, event.id), version: change.id, event.row, entries: []))
    }
}

extension ChangeSet.NameChange {
    /// - Returns: false where the name isn't free to take, or isn't held by whom it is released from.
    fileprivate func apply(to held: inout [Name: Key]) -> Bool {
        switch self {
        case .take(let name, let key):
            guard held[Name(name)] == nil else { return false }
            held[Name(name)] = key
        case .release(let name, let key):
            guard held[Name(name)] == key else { return false }
            held[Name(name)] = nil
        }
        return true
    }
}
