internal import Approvals
internal import Crypto
internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage
internal import Text

/// The commands and questions of Multi Admin Approval's requests.
package enum OperationApprovalRequests {
    /// A request as a command holds it.
    struct Loaded: StoredRequest {
        let stored: Stored<OperationApprovalRequest>
        var machine: OperationApprovalRequestMachine

        init(_ stored: Stored<OperationApprovalRequest>, settings: Governance.Settings) throws(Invalid) {
            let settings = settings.multiAdminApproval
            var internals = try withSwitches(Document<OperationApprovalRequestInternals>(stored.internals), settings)
            if PlantedFault.selfDecisionAllowed.isPlanted { internals = try withoutParties(internals) }
            self.stored = stored
            machine = try OperationApprovalRequestMachine(
                stored.document, internals, retention: settings.requestRetention)
        }
    }

    static func load(
        _ id: String, in unit: inout UnitOfWork, settings: Governance.Settings
    ) async throws -> Loaded? {
        try await Loaded.load(Kinds.operationApprovalRequests, id, in: &unit, settings: settings)
    }
}

extension OperationApprovalRequests.Loaded {
    var title: String? { stored.document.payloadName }
    var status: String { machine.status.rawValue }
    var isActive: Bool { machine.status.isActive }
    var requestor: Principal { machine.internals.operation.requestor }
    var filedAt: Instant { machine.document.requestDateTime }
    var deadline: Instant { machine.deadline }
    var nextTimer: Instant? { machine.nextTimer }
    var approval: ApprovalMachine { machine.approval }
    var facts: JSONObject { OperationApprovalRequests.facts(of: machine) }

    var snapshot: (filed: String?, now: String?) {
        let internals = machine.internals
        return (
            internals.policySnapshotDigest, SHA256.hash(data: PolicySnapshot.hashInput(internals.policies)).hex
        )
    }

    private var types: [OperationApprovalPolicyType] { machine.internals.policies.map(\.policyType) }

    var lookups: Lookups { Lookups(guarded: Set(types.map { Kinds.policyTypes.value($0.rawValue) })) }

    func inForce(in unit: inout UnitOfWork) async throws -> ApproverRequirement? {
        var policies: [Document<PolicySnapshot>] = []
        for type in Set(types).sorted(by: { $0.rawValue < $1.rawValue }) {
            for stored in try await unit.all(Kinds.policyTypes, of: Kinds.operationApprovalPolicies, type.rawValue) {
                policies.append(try OperationApprovalPolicies.snapshot(stored))
            }
        }
        return AllRequiredTypes.inForce(policies, types: types)
    }

    func beneficiaries(in unit: inout UnitOfWork) async throws -> Set<Principal> {
        try await OperationApprovalPolicies.beneficiaries(of: machine, in: &unit)
    }

    func eligibleDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        try machine.eligibleDecider(facts)
    }
}

// How a request is saved and moved on by time.
extension OperationApprovalRequests {
    /// Puts what a machine has become, with what its effects mean for names, and writes the changes of status into the
    /// entry.
    static func save(
        _ machine: OperationApprovalRequestMachine, _ effects: [OperationApprovalRequestEffect],
        over stored: Stored<OperationApprovalRequest>?, entry: inout AuditEntry, in unit: inout UnitOfWork
    ) throws {
        var next =
            stored
            ?? Stored(
                Kinds.operationApprovalRequests, id: machine.document.id, machine.document, internals: JSONObject(),
                settlesAt: nil)
        next.document = machine.document
        next.internals = machine.internals.members
        next.settlesAt = machine.nextTimer.map { PlantedFault.expiryOffByOne.isPlanted ? $0 + .seconds(1) : $0 }
        var isHidden = false
        for effect in effects {
            switch effect {
            case .statusChanged(let old, let new): entry.changes.append(("status", old?.rawValue, new.rawValue))
            case .lockTaken(let lock): unit.take(name(of: lock), for: next.key)
            case .lockReleased(let lock):
                if !PlantedFault.nameNotReleased.isPlanted { unit.release(name(of: lock), from: next.key) }
            case .hidden: isHidden = true
            }
        }
        guard isHidden, let stored else { return try unit.put(next) }
        // Out of Graph's sight, not out of the records.
        unit.delete(stored)
        try unit.put(
            Stored(
                Kinds.operationApprovalRequestHistory, id: next.id, next.document, internals: next.internals,
                settlesAt: nil))
    }

    /// One active request per entity.
    static func name(of lock: EntityLock) -> String { "operationApprovalRequest/\(lock.kind)/\(lock.id)" }

    /// Expiry at the deadline, removal from view at the end of retention.
    static func settle(_ id: String, in unit: inout UnitOfWork, settings: Governance.Settings) async throws {
        guard var loaded = try await load(id, in: &unit, settings: settings) else { return }
        guard let due = loaded.machine.nextTimer else { return }
        let effects = loaded.machine.advance(to: unit.now)
        guard !effects.isEmpty else { return }
        unit.stands(from: due)
        let isExpiry = loaded.stored.document.status.isActive
        var entry = AuditEntry(isExpiry ? .expire : .purge, nil, subject: loaded.stored.key)
        entry.targetName = loaded.stored.document.payloadName
        entry.facts = facts(of: loaded.machine)
        try save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
        try unit.record(entry.event)
    }

    /// What makes a request's rules checkable from its events alone (invariants V1, V5, V8, V9).
    static func facts(of machine: OperationApprovalRequestMachine) -> JSONObject {
        let operation = machine.internals.operation
        return [
            "parties": machine.parties.json, "snapshot": machine.internals.policySnapshotDigest.json,
            "requestDateTime": machine.document.requestDateTime.json, "expirationDateTime": machine.deadline.json,
            "requestor": operation.requestor.json, "operation": .string(operation.operation),
            "entities": .array(operation.targets.map { .string("\(operation.entityKind)/\($0.id)") }),
            "query": .string(operation.rawQuery), "bodyDigest": operation.bodyDigest.json,
        ]
    }

    /// What a request is for, from its internals.
    static func targets(_ internals: JSONObject) -> [String] {
        guard let operation = internals["operation"], let kind = operation[path: ["entityKind"]]?.string else {
            return []
        }
        return (operation[path: ["targets"]]?.array ?? []).compactMap { $0[path: ["id"]]?.string }.map {
            "\(kind)/\($0)"
        }
    }

    /// Whom a request concerns. `approver` is the last to have decided: who takes an approval back is in no stage.
    static func audience(_ request: Document<OperationApprovalRequest>, _ internals: JSONObject) -> [String] {
        let groups = (internals["policies"]?.array ?? []).flatMap { policy in
            (policy[path: ["approverGroupIds"]]?.array ?? []).compactMap(\.string)
        }
        return Audience.entries(
            of: internals["approval"], groups: groups,
            decider: request.approver?.user?.id ?? request.approver?.application?.id)
    }

    /// With the deployment's switches as they are now: they aren't the request's.
    private static func withSwitches(
        _ internals: Document<OperationApprovalRequestInternals>, _ settings: MultiAdminApprovalSettings
    ) throws(Invalid) -> Document<OperationApprovalRequestInternals> {
        let definition = internals.approval.definition
        guard
            definition.switches.appOnlyApproval != settings.appOnlyApproval
                || definition.stages.contains(where: {
                    $0.isJustificationRequired != settings.decisionJustificationRequired
                })
        else { return internals }
        var members = internals.members
        var approval = members["approval"]?.object ?? JSONObject()
        var changed = approval["definition"]?.object ?? JSONObject()
        var switches = changed["switches"]?.object ?? JSONObject()
        switches["appOnlyApproval"] = .bool(settings.appOnlyApproval)
        changed["switches"] = .object(switches)
        changed["stages"] = .array(
            (changed["stages"]?.array ?? []).map { stage in
                var stage = stage.object ?? JSONObject()
                stage["isJustificationRequired"] = .bool(settings.decisionJustificationRequired)
                return .object(stage)
            })
        approval["definition"] = .object(changed)
        members["approval"] = .object(approval)
        return try Document(members)
    }

    private static func withoutParties(
        _ internals: Document<OperationApprovalRequestInternals>
    ) throws(Invalid) -> Document<OperationApprovalRequestInternals> {
        var members = internals.members
        var approval = members["approval"]?.object ?? JSONObject()
        approval["parties"] = [:]
        members["approval"] = .object(approval)
        return try Document(members)
    }
}
