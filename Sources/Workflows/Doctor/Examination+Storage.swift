internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

// Invariants of names, timers, columns and the log (V18–V21, V27, V31, V34).
extension Examination {
    func namesAreHeldByActive() async throws -> Violations {
        var found = Violations()
        var held: [String: Key] = [:]
        while true {
            let page = try await engine.rawNames(tenant: tenant, after: held.keys.max(), limit: 500)
            for name in page { held[name.name] = name.holder }
            if page.isEmpty { break }
        }
        let prefix = "operationApprovalRequest/"
        var expected: [String: Key] = [:]
        for request in requests where !request.isHistory {
            guard let machine = request.machine, machine.status.isActive else { continue }
            for lock in EntityLock.all(of: machine.internals.operation) {
                expected[OperationApprovalRequests.name(of: lock)] = request.row.key
            }
        }
        for (name, holder) in held where name.hasPrefix(prefix) {
            found.examine(name, expected[name] == holder, "is held by \(holder), which has ended or doesn't lock it")
        }
        for (name, holder) in expected {
            found.examine(name, held[name] == holder, "isn't held by the active \(holder)")
        }
        return found
    }

    func timersFit() -> Violations {
        var found = Violations()
        for request in requests where !request.isHistory {
            found.examine(
                request.row.key.description, request.row.settlesAt == request.machine?.nextTimer,
                "its timer isn't at its next deadline")
        }
        return found
    }

    func columnsAndEntriesFit() async throws -> Violations {
        var found = Violations()
        for kind in engine.catalog.kinds {
            try await Self.each(kind.name, engine, tenant) { row in
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

    func versionsHaveChanges() async throws -> Violations {
        var found = Violations()
        for event in log {
            found.examine(event.stored.id, event.committedAt != nil, "names a change that isn't there")
        }
        let logged = Set(log.map(\.stored.change))
        for kind in engine.catalog.kinds {
            try await Self.each(kind.name, engine, tenant) { row in
                found.examine(
                    row.row.key.description, logged.contains(row.row.version),
                    "no event tells how its version \(row.row.version) came about")
            }
        }
        return found
    }

    func timesNeverDecrease() -> Violations {
        var found = Violations()
        for (before, event) in zip(log, log.dropFirst()) {
            found.examine(
                event.stored.id, event.stored.at >= before.stored.at,
                "was committed at \(event.stored.at), before its predecessor at \(before.stored.at)")
        }
        return found
    }

    func bootstrapIsClosed() async throws -> Violations {
        var found = Violations()
        var hasPolicies = false
        try await Self.each(Kinds.operationApprovalPolicies.name, engine, tenant) { _ in hasPolicies = true }
        try await Self.each(Kinds.tenants.name, engine, tenant) { row in
            // A new tenant that has no policy yet is still being set up.
            guard hasPolicies else { return found.examine(row.row.key.description, true, "") }
            let document = try JSONReader.read(row.row.document, limits: .stored)
            found.examine(
                row.row.key.description, document[path: ["bootstrapClosedAt"]]?.isNull == false, "its bootstrap is open"
            )
        }
        return found
    }

    func edgesResolve() async throws -> Violations {
        var found = Violations()
        var ids: Set<String> = []
        for kind in [Kinds.users.name, Kinds.groups.name, Kinds.servicePrincipals.name] {
            try await Self.each(kind, engine, tenant) { ids.insert($0.row.key.id) }
        }
        try await Self.each(Kinds.edges.name, engine, tenant) { row in
            let edge = try Document<DirectoryEdge>(json: JSONReader.read(row.row.document, limits: .stored))
            found.examine(
                row.row.key.description, ids.contains(edge.fromId) && ids.contains(edge.toId),
                "leads from or to nothing in this tenant")
        }
        return found
    }

    func leavesAndPositionsHold() async throws -> Violations {
        var found = Violations()
        for (index, event) in log.enumerated() {
            found.examine(
                event.stored.id, event.stored.position == Int64(index),
                "stands at \(event.stored.position), not \(index)")
            found.examine(
                event.stored.id, Event.leaf(of: event.stored.bytes) == event.stored.leaf, "its leaf isn't its hash")
        }
        let byID = Dictionary(log.map { ($0.stored.id, $0) }, uniquingKeysWith: { first, _ in first })
        try await Self.each(engine.catalog.events.name, engine, tenant) { row in
            let texts = try JSONReader.read(row.row.internals, limits: .stored)[path: ["texts"]]?.object ?? JSONObject()
            for text in texts.members {
                guard let pair = text.value.array, pair.count == 2, let salt = pair[0].string,
                    let words = pair[1].string
                else { continue }
                let commitment = Event.commitment(to: words, salt: Self.bytes(salt))
                found.examine(
                    row.row.key.id, byID[row.row.key.id]?.commitments[text.name]?.string == commitment,
                    "its text '\(text.name)' was changed")
            }
        }
        return found
    }

    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
