internal import Approvals
internal import Crypto
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage
internal import Text

// Invariants of policies, stored calls and emergencies (V14, V18, V26–V28, R10).
extension Examiner {
    static let ofMultiAdminApproval = [
        executions, names, policies, bootstrap, emergencies, openEmergencies,
    ]

    private static let executions = Examiner(
        "V14", "An approved operation ran at most once, and only as approved", examines: [.file]
    ) { examination in
        var found = Violations()
        for examined in examination.requests {
            guard let machine = machine(of: examined) else { continue }
            let executions = examined.events.filter { $0.facts["execution"] != nil && !$0.isRefusal }
            found.examine(
                examined.name, executions.count == (machine.status == .completed ? 1 : 0),
                "is \(machine.status.rawValue) with \(executions.count) executions")
            let operation = machine.internals.operation
            let digest = operation.body.map { SHA256.hash(data: $0.bytes).hex }
            found.examine(examined.name, operation.bodyDigest == digest, "its stored body was changed")
            for execution in executions {
                let ran = execution.facts["execution"]?[path: ["bodyDigest"]]?.string
                found.examine(examined.name, ran == digest, "another body ran than was approved")
                let approved = examined.events.contains {
                    $0.transition?.new == "approved" && $0.stored.position < execution.stored.position
                }
                found.examine(examined.name, approved, "ran without an approval before it")
            }
        }
        return found
    }

    private static let names = Examiner(
        "V18", "Names are held by active requests, by all of them and by nothing else"
    ) { examination in
        var found = Violations()
        var held: [String: Key] = [:]
        while true {
            let page = try await examination.engine.rawNames(
                tenant: examination.tenant, after: held.keys.max(), limit: 500)
            for name in page { held[name.name] = name.holder }
            if page.isEmpty { break }
        }
        let prefix = "operationApprovalRequest/"
        var expected: [String: Key] = [:]
        for examined in examination.requests where !examined.isArchived {
            guard let machine = machine(of: examined), machine.status.isActive else { continue }
            for lock in EntityLock.all(of: machine.internals.operation) {
                expected[OperationApprovalRequests.name(of: lock)] = examined.row.key
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

    private static let policies = Examiner(
        "V26", "Every access policy came about by an approval"
    ) { examination in
        var found = Violations()
        let makers: [AuditEntry.Activity] = [
            .complete, .bootstrap, .breakGlass, .breakGlassReviewed, .seed, .createTenant,
        ]
        let byChange = Dictionary(grouping: examination.log) { $0.stored.change }
        var policies: [Document<OperationApprovalPolicy>] = []
        try await examination.each(Kinds.operationApprovalPolicies.name) { row in
            let events = byChange[row.row.version] ?? []
            found.examine(
                row.row.key.description,
                events.contains { event in !event.isRefusal && event.activity.map(makers.contains) ?? false },
                "was changed without an approval")
            policies.append(
                try Document<OperationApprovalPolicy>(json: JSONReader.read(row.row.document, limits: .stored)))
        }
        for policy in policies {
            found.examine(
                policy.id, (try? PolicyOverlap.check(policy, among: policies)) != nil,
                "shares a type and a platform with another")
        }
        return found
    }

    private static let bootstrap = Examiner(
        "V27", "Bootstrap is closed, or there is no policy yet"
    ) { examination in
        var found = Violations()
        var hasPolicies = false
        try await examination.each(Kinds.operationApprovalPolicies.name) { _ in hasPolicies = true }
        try await examination.each(Kinds.tenants.name) { row in
            // A new tenant that has no policy yet is still being set up.
            guard hasPolicies else { return found.examine(row.row.key.description, true, "") }
            let document = try JSONReader.read(row.row.document, limits: .stored)
            found.examine(
                row.row.key.description, document[path: ["bootstrapClosedAt"]]?.isNull == false, "its bootstrap is open"
            )
        }
        return found
    }

    private static let emergencies = Examiner(
        "V28", "Every break-glass is told and followed up", examines: [.breakGlass]
    ) { examination in
        var found = Violations()
        var records: [String: Document<BreakGlassRecord>] = [:]
        try await examination.each(Kinds.breakGlass.name) { row in
            records[row.row.key.id] = try Document(json: JSONReader.read(row.row.document, limits: .stored))
        }
        var told: Set<String> = []
        try await examination.each(Delivery.kind.name) { row in
            told.insert(try Document<Delivery>(json: JSONReader.read(row.row.document, limits: .stored)).stream)
        }
        for event in examination.events(of: .breakGlass) {
            let id = event.facts["breakGlass"]?.string ?? ""
            found.examine(event.stored.id, records[id] != nil, "broke the glass without a follow-up")
            found.examine(event.stored.id, told.contains("breakGlass/\(id)"), "broke the glass and told nobody")
        }
        for record in records.values {
            found.examine(
                record.id, record.closedBy == nil || record.closedBy != record.openedBy,
                "was reviewed by whoever broke the glass")
        }
        return found
    }

    /// A broken glass stays a finding until another person has reviewed it (security rule R10).
    private static let openEmergencies = Examiner(
        "R10", "No break-glass waits for its review", isDeep: false, fine: { _ in "none" },
        remedy: ". Review it: countersign break-glass close --as SOMEBODY_ELSE."
    ) { examination in
        var found = Violations()
        try await examination.each(Kinds.breakGlass.name) { row in
            let record = try Document<BreakGlassRecord>(json: JSONReader.read(row.row.document, limits: .stored))
            guard record.closedDateTime == nil else { return }
            found.add("\(record.action) \(record.subjectId) by \(record.openedBy) at \(record.openedDateTime)")
        }
        return found
    }

    private static func machine(of examined: Examination.ExaminedRequest) -> OperationApprovalRequestMachine? {
        (examined.request as? OperationApprovalRequests.Loaded)?.machine
    }
}
