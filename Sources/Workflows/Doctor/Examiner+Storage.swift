internal import EDM
internal import JSON
@_spi(Decisions) internal import Storage
internal import Text

// Invariants of what storage keeps: columns, versions and the log (V20, V21, V25, V34).
extension Examiner {
    static let ofStorage = [columnsAndEntries, versions, commitTimes, leavesAndPositions]

    fileprivate static let columnsAndEntries = Examiner(
        "V20", "Columns and index entries equal what the documents say"
    ) { examination in
        var found = Violations()
        for kind in examination.engine.catalog.kinds {
            try await examination.each(kind.name) { row in
                let subject = row.row.key.description
                guard let document = try? JSONReader.read(row.row.document, limits: .stored).object,
                    let internals = try? JSONReader.read(row.row.internals, limits: .stored).object,
                    let entries = try? kind.entries(document: document, internals: internals)
                else { return found.examine(subject, false, "can't be read") }
                found.examine(
                    subject, zip(kind.columns, row.columns).allSatisfy { $0.value(in: document) == $1 },
                    "a column differs from the document")
                found.examine(subject, entries == row.entries, "its index entries differ from the document")
            }
        }
        return found
    }

    fileprivate static let versions = Examiner(
        "V21", "Every version was written by a change set that left an event"
    ) { examination in
        var found = Violations()
        for event in examination.log {
            found.examine(event.stored.id, event.committedAt != nil, "names a change that isn't there")
        }
        let logged = Set(examination.log.map(\.stored.change))
        for kind in examination.engine.catalog.kinds {
            try await examination.each(kind.name) { row in
                found.examine(
                    row.row.key.description, logged.contains(row.row.version),
                    "no event tells how its version \(row.row.version) came about")
            }
        }
        return found
    }

    fileprivate static let commitTimes = Examiner(
        "V25", "The log's commit times never decrease"
    ) { examination in
        var found = Violations()
        for (before, event) in zip(examination.log, examination.log.dropFirst()) {
            found.examine(
                event.stored.id, event.stored.at >= before.stored.at,
                "was committed at \(event.stored.at), before its predecessor at \(before.stored.at)")
        }
        return found
    }

    fileprivate static let leavesAndPositions = Examiner(
        "V34", "Every leaf is its event's hash, positions are dense, texts fit their commitments"
    ) { examination in
        var found = Violations()
        for (index, event) in examination.log.enumerated() {
            found.examine(
                event.stored.id, event.stored.position == Int64(index),
                "stands at \(event.stored.position), not \(index)")
            found.examine(
                event.stored.id, Event.leaf(of: event.stored.bytes) == event.stored.leaf, "its leaf isn't its hash")
        }
        let byID = Dictionary(examination.log.map { ($0.stored.id, $0) }, uniquingKeysWith: { first, _ in first })
        try await examination.each(examination.engine.catalog.events.name) { row in
            let texts = try JSONReader.read(row.row.internals, limits: .stored)[path: ["texts"]]?.object ?? JSONObject()
            for text in texts.members {
                guard let pair = text.value.array, pair.count == 2, let salt = pair[0].string,
                    let words = pair[1].string
                else { continue }
                let commitment = Event.commitment(to: words, salt: [UInt8](hex: salt))
                found.examine(
                    row.row.key.id, byID[row.row.key.id]?.commitments[text.name]?.string == commitment,
                    "its text '\(text.name)' was changed")
            }
        }
        return found
    }

    /// What an event is, is told by its type: one that nobody declares is looked at by nobody.
    static let events = Examiner("log", "Every event is of an activity that this build knows") { examination in
        var found = Violations()
        for event in examination.log {
            found.examine(event.stored.id, event.activity != nil, "is of the unknown type '\(event.type)'")
        }
        return found
    }

    /// Work that wakes a command which isn't there waits for ever.
    static let work = Examiner("work", "Everything that waits to be done is known to this build") { examination in
        let known = Set(examination.workloads.list.flatMap(\.work).map(\.name))
        var found = Violations()
        try await examination.each(Work.kind.name) { row in
            let work = try Document<Work>(json: JSONReader.read(row.row.document, limits: .stored))
            found.examine(row.row.key.description, known.contains(work.name), "wakes the unknown '\(work.name)'")
        }
        return found
    }
}
