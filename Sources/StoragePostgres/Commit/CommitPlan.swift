internal import EDM
internal import Storage

/// A change set as one pipeline. The order of the statements is the protocol: what waits for other commits comes first and
/// in one order for all, what looks whether the reads still stand comes last and never waits.
struct CommitPlan: Sendable {
    private(set) var statements: [Statement] = []
    /// What a statement is about, where it is about one thing.
    private(set) var subjects: [Conflict?] = []
    /// What a validation of many inserts the ordinal of.
    private(set) var labels: [Conflict] = []

    private let changes: ChangeSet
    private let schema: Schema
    private let joinsReads: Bool

    static let lockTimeout = "5s"
    static let statementTimeout = "10s"

    /// - Parameter joinsReads: one statement looks at all reads of a kind. Without prepared statements planning that one
    ///   costs more than everything else, so each read gets a look-up by its primary key.
    init(_ changes: ChangeSet, schema: Schema, joinsReads: Bool) {
        self.changes = changes
        self.schema = schema
        self.joinsReads = joinsReads
        limitTime()
        write()
        moveStamps()
        changeNames()
        changeEntries()
        appendEvents()
        validateDocuments()
        validateStamps()
        validateNames()
        appendChange()
    }

    private mutating func add(_ text: String, _ parameters: [Parameter], about subject: Conflict? = nil) {
        add(Statement(text, parameters), about: subject)
    }

    private mutating func add(_ statement: Statement, about subject: Conflict? = nil) {
        statements.append(statement)
        subjects.append(subject)
    }

    private mutating func label(_ conflict: Conflict) -> Int64 {
        labels.append(conflict)
        return Int64(labels.count - 1)
    }

    private var id: Parameter { .text(changes.id) }
    private var tenant: Parameter { .text(changes.tenant) }

    // MARK: 1 to 5: what shall be

    /// Local to the transaction: nothing outlives it in the session.
    private mutating func limitTime() {
        add(
            "SELECT set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)",
            [.text(Self.lockTimeout), .text(Self.statementTimeout)])
    }

    private mutating func write() {
        let isUnchecked = PlantedFault.skippedVersionCheck.isPlanted
        for write in changes.writes.sorted(by: { $0.key < $1.key }) {
            guard let table = schema.tables[write.key.kind] else { continue }
            let subject = Conflict.document(write.key)
            let key: [Parameter] = [tenant, .text(write.key.id)]
            let replaced = isUnchecked ? Parameter.null : Parameter(write.replacing)
            switch (write.replacing, write.row) {
            case (nil, let row?): add(table.insert, key + [id] + values(row), about: subject)
            case (_?, let row?): add(table.update, key + [id, replaced] + values(row), about: subject)
            case (_?, nil): add(table.delete, key + [id, replaced], about: subject)
            case (nil, nil): break
            }
        }
    }

    private func values(_ row: ChangeSet.Row) -> [Parameter] {
        [.utf8(row.document), .utf8(row.internals), Parameter(row.settlesAt?.microseconds)]
            + row.columns.map { Parameter($0) }
    }

    /// Values that are moved, and those that were read while nothing had moved them yet, in one order; neighbours of a
    /// kind share a statement.
    private mutating func moveStamps() {
        let moved = Set(changes.movedStamps(schema.catalog))
        let unmoved = changes.reads.guarded.filter { $0.value == 0 }.keys
        var rest = moved.union(unmoved).sorted()[...]
        while let first = rest.first {
            let isMoved = moved.contains(first)
            let run = Array(rest.prefix { moved.contains($0) == isMoved })
            rest = rest.dropFirst(run.count)
            add(
                isMoved
                    ? EntryStatements.move(run, tenant: changes.tenant)
                    : EntryStatements.ensure(run, tenant: changes.tenant))
        }
    }

    private func isChanged(_ name: String) -> Bool { changes.names.contains { $0.name.isExactly(name) } }

    /// In the order of the names; changes of one name stay in theirs. A name that was read as free and isn't taken is held
    /// for the length of the commit, by taking it and giving it back: so that "it is free" can't be outrun.
    private mutating func changeNames() {
        let held = changes.reads.names.filter { $0.value == nil && !isChanged($0.key) }.keys
        let probe = Key("", changes.id)
        let probes = held.flatMap { [ChangeSet.NameChange.take($0, for: probe), .release($0, from: probe)] }
        let all = Array((changes.names + probes).enumerated())
        for (_, change) in all.sorted(by: { a, b in
            a.element.name.isExactly(b.element.name)
                ? a.offset < b.offset : a.element.name.precedesExactly(b.element.name)
        }) {
            switch change {
            case .take(let name, let key):
                add(EntryStatements.take, [tenant, .text(name), .text(key.kind), .text(key.id)], about: .name(name))
            case .release(let name, let key):
                add(
                    EntryStatements.release, [tenant, .text(name), .text(key.kind), .text(key.id), id],
                    about: .name(name))
            }
        }
    }

    private mutating func changeEntries() {
        let sorted = changes.writes.sorted { $0.key < $1.key }
        let removed = sorted.flatMap { write in write.entriesRemoved.map { ($0, write.key) } }
        let added = sorted.flatMap { write in write.entriesAdded.map { ($0, write.key) } }
        if !removed.isEmpty { add(EntryStatements.remove(removed, tenant: changes.tenant)) }
        if !added.isEmpty { add(EntryStatements.add(added, tenant: changes.tenant)) }
    }

    private mutating func appendEvents() {
        let log = schema.log
        for (ordinal, event) in changes.events.enumerated() {
            add(
                log.insert,
                [tenant, .text(event.id), id] + values(event.row)
                    + [.integer(Int64(ordinal)), .binary(event.leaf), .binary(event.bytes)],
                about: .document(Key(log.kind.name, event.id)))
        }
    }

    // MARK: 6: what must still be so

    private mutating func validateDocuments() {
        guard !PlantedFault.skippedVersionCheck.isPlanted else { return }
        let written = Set(changes.writes.map(\.key))
        let reads = changes.reads.documents.filter { !written.contains($0.key) }.sorted { $0.key < $1.key }
        for table in schema.sorted {
            let ofKind = reads.filter { $0.key.kind == table.kind.name }
            guard !ofKind.isEmpty else { continue }
            guard joinsReads else {
                for (key, version) in ofKind {
                    add(
                        version == nil ? table.validateAbsence : table.validateOne,
                        [id, tenant, .text(key.id)] + (version.map { [.text($0)] } ?? []), about: .document(key))
                }
                continue
            }
            let ordinals = ofKind.map { label(.document($0.key)) }
            add(
                table.validateAll,
                [id, tenant, .texts(ofKind.map(\.key.id)), .texts(ofKind.map(\.value)), .integers(ordinals)])
        }
    }

    private mutating func validateStamps() {
        guard !changes.reads.guarded.isEmpty, !PlantedFault.skippedStamp.isPlanted else { return }
        let moved = Set(changes.movedStamps(schema.catalog))
        // As the stamp must be now that this commit itself has moved it.
        let reads = changes.reads.guarded.sorted { $0.key < $1.key }.map {
            ($0.key, $0.value + (moved.contains($0.key) ? 1 : 0))
        }
        guard joinsReads else {
            for (value, stamp) in reads {
                add(
                    EntryStatements.validateStamp,
                    [id, tenant, .text(value.index), .text(value.value), .integer(stamp)], about: .guarded(value))
            }
            return
        }
        let ordinals = reads.map { label(.guarded($0.0)) }
        add(
            EntryStatements.validateStamps,
            [
                id, tenant, .texts(reads.map(\.0.index)), .texts(reads.map(\.0.value)), .integers(reads.map(\.1)),
                .integers(ordinals),
            ])
    }

    /// Names that change are checked by their change, names that were free by taking them.
    private mutating func validateNames() {
        let reads = changes.reads.names.compactMap { name, holder in holder.map { (name: name, holder: $0) } }
            .filter { !isChanged($0.name) }.sorted { $0.name.precedesExactly($1.name) }
        guard !reads.isEmpty else { return }
        guard joinsReads else {
            for (name, holder) in reads {
                add(
                    EntryStatements.validateName, [id, tenant, .text(name), .text(holder.kind), .text(holder.id)],
                    about: .name(name))
            }
            return
        }
        let ordinals = reads.map { label(.name($0.name)) }
        add(
            EntryStatements.validateNames,
            [
                id, tenant, .texts(reads.map(\.name)), .texts(reads.map(\.holder.kind)), .texts(reads.map(\.holder.id)),
                .integers(ordinals),
            ])
    }

    // MARK: 7

    /// Later than every change that this one can have seen, even where the server's clock has stepped back. The window is
    /// held against the very instant that is written, so that no change is dated past its own deadline (V25).
    private mutating func appendChange() {
        let window = PlantedFault.skippedWindow.isPlanted ? ChangeSet.Window() : changes.window
        let insert =
            "INSERT INTO changes (tenant, id, at) SELECT $1::text, $2::text, greatest(\(schema.clock), "
            + "(SELECT max(at) + 1 FROM changes WHERE tenant = $1)) RETURNING at"
        guard window != ChangeSet.Window() else { return add(insert, [tenant, id], about: .change) }
        add(
            "WITH done AS (\(insert)), missed AS (INSERT INTO conflicts (change, ordinal, what) "
                + "SELECT $2::text, $3::bigint, 'window' FROM done WHERE at < $4::bigint OR at >= $5::bigint) "
                + "SELECT at FROM done",
            [
                tenant, id, .integer(label(.window)), Parameter(window.notBefore?.microseconds),
                Parameter(window.notAfter?.microseconds),
            ], about: .change)
    }
}
