internal import Approvals
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage

// Invariants of who may: approvers' paths, policies, emergencies, protected objects (V2, V26, V28, V29), and what one person
// can do alone (V33).
extension Examination {
    /// Each decision names, for each group of sets that its policies ask for, a path from the decider up to one of them,
    /// whose edges were there before the filing or were written by nobody with a stake.
    func decidersAreReachable() -> Violations {
        var found = Violations()
        for request in requests {
            guard let machine = request.machine, let filing = request.filing else { continue }
            for event in request.decisions {
                let subject = request.row.key.description
                guard let paths = try? [ApproverPath](json: event.facts["paths"] ?? .null), !paths.isEmpty else {
                    found.examine(subject, false, "was decided without a path to an approver")
                    continue
                }
                for group in machine.requirement.allOf {
                    found.examine(
                        subject, paths.contains { group.contains($0.set) },
                        "was decided without a path to what its policies ask for")
                }
                let suspects = event.principals("parties").union([event.actor])
                for path in paths {
                    found.examine(
                        subject, Self.leads(path, from: event.actor), "was decided by a path that doesn't lead")
                    for edge in path.edges {
                        found.examine(
                            subject, edge.writtenAt <= filing.at || !suspects.contains(edge.writtenBy.text),
                            "was decided by an edge that \(edge.writtenBy.text) wrote after the filing")
                    }
                }
            }
        }
        return found
    }

    /// Whether a path's edges go from somebody to the set that it names.
    private static func leads(_ path: ApproverPath, from actor: String) -> Bool {
        guard let principal = try? Principal(text: actor), var node = ApproverNode(principal) else { return false }
        for edge in path.edges {
            guard edge.from == node else { return false }
            node = edge.to
        }
        switch path.set {
        case .members(let group): return node == ApproverNode(.group, group)
        case .holders(let role): return node == ApproverNode(.role, role)
        case .user(let id): return node == ApproverNode(.user, id)
        case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: return !path.edges.isEmpty
        }
    }

    /// Each policy is as an approved request, the console or a seed has made it; at most one for a type and platform.
    func policiesWereApproved() async throws -> Violations {
        var found = Violations()
        let makers: Set = [
            "operationApprovalRequest.completed", "operationApprovalPolicy.bootstrapped", "breakGlass",
            "breakGlass.reviewed",
            "emulator.seeded", "tenant.created",
        ]
        let byChange = Dictionary(grouping: log) { $0.stored.change }
        var policies: [Document<OperationApprovalPolicy>] = []
        try await Self.each(Kinds.operationApprovalPolicies.name, engine, tenant) { row in
            let events = byChange[row.row.version] ?? []
            found.examine(
                row.row.key.description, events.contains { makers.contains($0.type) && !$0.isRefusal },
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

    /// Each broken glass has its follow-up and its word to those whom it concerns.
    func emergenciesAreToldAndReviewed() async throws -> Violations {
        var found = Violations()
        var records: [String: Document<BreakGlassRecord>] = [:]
        try await Self.each(Kinds.breakGlass.name, engine, tenant) { row in
            records[row.row.key.id] = try Document(json: JSONReader.read(row.row.document, limits: .stored))
        }
        var told: Set<String> = []
        try await Self.each(Delivery.kind.name, engine, tenant) { row in
            told.insert(try Document<Delivery>(json: JSONReader.read(row.row.document, limits: .stored)).stream)
        }
        for event in log where event.type == "breakGlass" && !event.isRefusal {
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

    /// Who changed a protected object held the role for it then.
    func protectedChangesWereAllowed() -> Violations {
        var found = Violations()
        for event in log where event.type == "protectedObjectChanged" && !event.isRefusal {
            found.examine(
                event.stored.id,
                !event.principals("roles").isDisjoint(with: DirectoryRoles.protectedObjectAdministrators),
                "changed an approver group without the role")
        }
        return found
    }

    /// The operations by which one person can gain or give access alone, as a closed list, with how often each was used in
    /// the 30 days before the log's end.
    static let singlePersonPowers: [(words: String, events: Set<String>)] = [
        ("writes that no policy guarded, or by excluded applications", ["gatedOperation.passed"]),
        ("members of groups", ["group.memberAdded", "group.memberRemoved"]),
        ("members of approver groups", ["protectedObjectChanged"]),
        ("break-glass", ["breakGlass"]),
        ("first policy from the console", ["operationApprovalPolicy.bootstrapped"]),
        ("seeds of an emulator", ["emulator.seeded"]),
    ]

    func singlePersonUse() -> [String: Int] {
        guard let end = log.last?.at else { return [:] }
        var uses: [String: Int] = [:]
        for event in log where !event.isRefusal && end - event.at <= .days(30) {
            for power in Self.singlePersonPowers where power.events.contains(event.type) {
                uses[power.words, default: 0] += 1
            }
        }
        return uses
    }
}
