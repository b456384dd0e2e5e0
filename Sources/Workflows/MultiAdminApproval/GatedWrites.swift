internal import Approvals
internal import Crypto
package import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
@_spi(Decisions) internal import Storage
internal import Text

/// How a gated write ended, where it wasn't refused.
package enum WriteOutcome: Sendable {
    /// It ran.
    case done(GatedAnswer)
    /// It waits for a second person: the code to send again with.
    case approvalRequired(id: String)
}

extension Governance {
    /// A gated write, in the order of its checks: the caller's right, the call itself, whether a policy guards it, the code,
    /// the justification, the lock.
    package func submit(
        _ write: GatedWrite, approvalCode: String?, justification: String?, as caller: Caller
    ) async throws -> WriteOutcome {
        let lookups = Self.lookups(write, code: approvalCode)
        return try await command(as: caller, .write, about: lookups) { unit, actor, entry in
            let coded = try await request(of: approvalCode, filedBy: actor, as: write, in: &unit)
            entry.subject = coded?.stored.key ?? write.entityId.map { Key(write.operation.kind, $0) }
            try AdministratorRole.check(actor.principal, roles: try await unit.roles(of: actor.principal))
            try SafeIntegers.check(write.body ?? JSONObject())
            let plan: GatedPlan
            do { plan = try await write.operation.plan(write, &unit) } catch {
                // What has been done, or can't be done any more, is no reason to look at the target again.
                guard let coded, error is ResourceNotFound || error is Refusal else { throw error }
                try coded.machine.document.checkUnspent(at: unit.now)
                throw error is ResourceNotFound ? TargetChanged.refusal : error
            }
            if let token = write.consoleToken {
                try await closeBootstrap(with: token, for: write, in: &unit)
                let outcome = try await pass(write, plan, actor, as: .bootstrap, in: &unit)
                try await refuseLockout(write, plan, parties: [actor.principal], in: &unit)
                return outcome
            }
            guard let safeguard = try await safeguard(write, plan, actor, in: &unit) else {
                // Nothing guards it any more. A request that was filed while something did is still completed by its code, so
                // that it doesn't hold its entity until it expires; and a code that is spent or void stays so.
                guard let coded else {
                    try await checkPurged(approvalCode, filedBy: actor, as: write, in: &unit)
                    return try await pass(write, plan, actor, in: &unit)
                }
                return try await complete(write, plan, code: coded.stored.id, actor, entry: &entry, in: &unit)
            }
            switch try ProtectedWrite(code: approvalCode, justification: justification) {
            case .complete(let id): return try await complete(write, plan, code: id, actor, entry: &entry, in: &unit)
            case .file(let justification):
                return .approvalRequired(
                    id: try await file(write, plan, safeguard, justification, actor, entry: &entry, in: &unit))
            }
        }
    }

    /// Files a request as the console does for the demo tenant, with an id of its own.
    func file(_ write: GatedWrite, justification: String, as caller: Caller, id: String) async throws -> String {
        try await command(as: caller, .file) { unit, actor, entry in
            let plan = try await write.operation.plan(write, &unit)
            guard let safeguard = try await safeguard(write, plan, actor, in: &unit) else {
                throw Invalid(reason: "Nothing guards '\(write.operation.name)', so no request can wait for it.")
            }
            return try await file(write, plan, safeguard, justification, actor, id: id, entry: &entry, in: &unit)
        }
    }

    private static func lookups(_ write: GatedWrite, code: String?) -> Lookups {
        var lookups = Lookups(guarded: [Kinds.policyTypes.value(write.operation.policyType.rawValue)])
        if let code, let id = try? CodeHeader.id(from: code) { lookups += Self.lookups(id) }
        if let id = write.entityId {
            lookups.documents.insert(Key(write.operation.kind, id))
            lookups.names.insert(OperationApprovalRequests.name(of: EntityLock(kind: write.operation.kind, id: id)))
        }
        return lookups
    }

    /// By what a write is guarded: the policies whose snapshot its request keeps, and who has to approve it.
    private struct Safeguard {
        let policies: [Document<PolicySnapshot>]
        let requirement: ApproverRequirement
    }

    /// Nil where nothing guards the operation against this caller. Access policies themselves are always guarded (R6).
    private func safeguard(
        _ write: GatedWrite, _ plan: GatedPlan, _ actor: ActingCaller, in unit: inout UnitOfWork
    ) async throws -> Safeguard? {
        if write.operation.policyType == .operationApprovalPolicy {
            let changing = PlantedFault.oldPolicyIgnored.isPlanted ? nil : plan.changedPolicy
            return Safeguard(
                policies: changing.map { [$0] } ?? [],
                requirement: PolicyChange.requirement(
                    approvalRoles: DirectoryRoles.deviceAdministrators.sorted(), changing: changing))
        }
        let policies = try await unit.all(
            Kinds.policyTypes, of: Kinds.operationApprovalPolicies, write.operation.policyType.rawValue)
        var guarding: [Document<PolicySnapshot>] = []
        for policy in policies where try await unit.exemption(from: policy, actor.principal) == nil {
            guarding.append(try OperationApprovalPolicies.snapshot(policy))
        }
        return guarding.isEmpty
            ? nil : Safeguard(policies: guarding, requirement: AllRequiredTypes.requirement(guarding))
    }

    /// The request that a code names, where it is the caller's own and for this operation.
    private func request(
        of code: String?, filedBy actor: ActingCaller, as write: GatedWrite, in unit: inout UnitOfWork
    ) async throws -> OperationApprovalRequests.Loaded? {
        guard let code, let id = try? CodeHeader.id(from: code),
            let loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings),
            Self.isOf(loaded.machine.internals.operation, actor, write)
        else { return nil }
        return loaded
    }

    /// What the caller's own code says that is out of view: it is spent or void for ever.
    private func checkPurged(
        _ code: String?, filedBy actor: ActingCaller, as write: GatedWrite, in unit: inout UnitOfWork
    ) async throws {
        guard let code, let id = try? CodeHeader.id(from: code),
            let stored = try await unit.get(Kinds.operationApprovalRequestHistory, id)
        else { return }
        let internals = try Document<OperationApprovalRequestInternals>(stored.internals)
        guard Self.isOf(internals.operation, actor, write) else { return }
        try stored.document.checkUnspent(at: unit.now)
    }

    private static func isOf(_ filed: Document<OperationBinding>, _ actor: ActingCaller, _ write: GatedWrite) -> Bool {
        filed.requestor == actor.principal && filed.operation == write.operation.name
            && filed.entityId == write.entityId
    }

    /// The first access policy of a new tenant, once: the latch that this sets is never cleared (rule R9).
    private func closeBootstrap(
        with token: String, for write: GatedWrite, in unit: inout UnitOfWork
    ) async throws {
        guard var tenant = try await unit.get(Kinds.tenants, unit.tenant) else { throw Bootstrap.refusal }
        let expires = (try? Instant(json: tenant.internals["consoleTokenExpires"] ?? .null)) ?? unit.now
        try Bootstrap.check(
            operation: write.operation.name, isClosed: tenant.document.bootstrapClosedAt != nil,
            isRight: tenant.internals["consoleToken"]?.string == Self.digest(token), isFresh: unit.now < expires)
        guard try await unit.policies().isEmpty else { throw Bootstrap.refusal }
        unit.stands(until: expires)
        tenant.document.bootstrapClosedAt = unit.now
        tenant.internals = JSONObject()
        try unit.put(tenant)
    }

    // MARK: Ways to go on

    /// Nothing guards the type, or the application is excluded: it runs at once.
    private func pass(
        _ write: GatedWrite, _ plan: GatedPlan, _ actor: ActingCaller, as activity: AuditEntry.Activity = .pass,
        in unit: inout UnitOfWork
    ) async throws -> WriteOutcome {
        try await plan.apply(&unit)
        var entry = AuditEntry(activity, actor, subject: Key(write.operation.kind, plan.id))
        entry.targetName = plan.name
        let ids = plan.targets.isEmpty ? [plan.id] : plan.targets.map(\.id)
        entry.facts = [
            "operation": .string(write.operation.name), "version": .string(unit.changeID),
            "entities": .array(ids.map { .string("\(write.operation.kind)/\($0)") }),
        ]
        // A write without approval says which policies let it through, and why: none is a reason of its own.
        let policies = try await unit.all(
            Kinds.policyTypes, of: Kinds.operationApprovalPolicies, write.operation.policyType.rawValue)
        for policy in policies {
            guard let exemption = try await unit.exemption(from: policy, actor.principal) else { continue }
            entry.facts["exemption/\(policy.id)"] = .string(exemption.rawValue)
            entry.details[exemption.rawValue] = policy.id
        }
        try unit.record(entry.event)
        return .done(plan.answer)
    }

    private func file(
        _ write: GatedWrite, _ plan: GatedPlan, _ safeguard: Safeguard, _ justification: String, _ actor: ActingCaller,
        id: String? = nil, entry: inout AuditEntry, in unit: inout UnitOfWork
    ) async throws -> String {
        let policies = safeguard.policies
        var operation = try binding(of: write, plan, actor.caller)
        operation.body = write.body.map { StoredBody(.object($0)) }
        operation.bodyDigest = operation.body.map { SHA256.hash(data: $0.bytes).hex }
        var parties = Parties()
        parties.add(
            try await unit.controlFacts(of: [actor.principal]).controllers(of: actor.principal), as: .filer)
        parties.add([actor.principal], as: .requestor)
        parties.add(try await plan.beneficiaries(&unit), as: .target)
        var filing = OperationApprovalFiling(
            id: id ?? unit.newRandomID(), requestor: actor.identity, justification: justification, parties: parties,
            operation: operation, requiredTypes: [write.operation.policyType], policies: policies,
            requirement: safeguard.requirement)
        for lock in EntityLock.all(of: operation)
        where try await unit.holder(of: OperationApprovalRequests.name(of: lock)) != nil {
            filing.heldLocks.insert(lock)
        }
        filing.payload = payload(of: write, plan)
        filing.policySnapshotDigest = SHA256.hash(data: PolicySnapshot.hashInput(policies)).hex
        let settings = settings.multiAdminApproval
        filing.lifetime = settings.requestLifetime
        filing.isDecisionJustificationRequired = settings.decisionJustificationRequired
        filing.switches = ApprovalSwitches(appOnlyApproval: settings.appOnlyApproval)
        entry.subject = Key(write.operation.kind, plan.id)
        entry.targetName = plan.name
        let (machine, effects) = try OperationApprovalRequestMachine.file(
            filing, at: unit.now, retention: settings.requestRetention)
        try HeldWriteSize.check(
            request: machine.document.members.bytes.count + machine.internals.members.bytes.count,
            object: plan.answer.size, limit: ChangeSet.maximumBytes)
        entry = AuditEntry(.file, actor, subject: Key(Kinds.operationApprovalRequests.name, filing.id))
        entry.targetName = plan.name
        entry.facts = OperationApprovalRequests.facts(of: machine)
        entry.texts["requestJustification"] = justification
        try OperationApprovalRequests.save(machine, effects, over: nil, entry: &entry, in: &unit)
        try unit.record(entry.event)
        return filing.id
    }

    /// Where a plan has put an access policy, somebody must be able to use it (rule R11).
    private func refuseLockout(
        _ write: GatedWrite, _ plan: GatedPlan, parties: Set<Principal>, in unit: inout UnitOfWork
    ) async throws {
        guard write.operation.kind == Kinds.operationApprovalPolicies.name,
            let policy = try await unit.get(Kinds.operationApprovalPolicies, plan.id)
        else { return }
        try await unit.refuseLockout(of: [.policy(policy)], parties: parties)
    }

    private func complete(
        _ write: GatedWrite, _ plan: GatedPlan, code id: String, _ actor: ActingCaller, entry: inout AuditEntry,
        in unit: inout UnitOfWork
    ) async throws -> WriteOutcome {
        guard var loaded = try await OperationApprovalRequests.load(id, in: &unit, settings: settings) else {
            throw CodeBinding.refusal
        }
        entry = AuditEntry(.complete, actor, subject: loaded.stored.key)
        entry.targetName = loaded.stored.document.payloadName
        entry.facts = OperationApprovalRequests.facts(of: loaded.machine)
        var resent = try binding(of: write, plan, actor.caller)
        resent.body = write.body.map { StoredBody(.object($0)) }
        switch try loaded.machine.complete(resent, at: unit.now) {
        case .stillWaiting: return .approvalRequired(id: id)
        case .executing(let filed, let effects):
            unit.stands(until: loaded.machine.deadline)
            // What runs is the stored body, not the one that came again.
            var approved = write
            approved.body = filed.body?.value.object
            let plan = try await approved.operation.plan(approved, &unit)
            try await plan.apply(&unit)
            try await refuseLockout(write, plan, parties: loaded.machine.parties.principals, in: &unit)
            entry.facts["execution"] = [
                "bodyDigest": filed.bodyDigest.json, "target": .string(plan.id),
            ]
            try OperationApprovalRequests.save(loaded.machine, effects, over: loaded.stored, entry: &entry, in: &unit)
            try unit.record(entry.event)
            return .done(plan.answer)
        }
    }

    /// What a code binds of a call (rule R14).
    private func binding(
        of write: GatedWrite, _ plan: GatedPlan, _ caller: Caller
    ) throws(Invalid) -> Document<OperationBinding> {
        try Document {
            $0.tenant = caller.tenant
            $0.requestor = caller.principal
            $0.apiVersion = write.version
            $0.method = write.method
            $0.operation = write.operation.name
            $0.entityKind = write.operation.kind
            $0.entityId = write.entityId
            $0.targets = plan.targets
            $0.conditions = plan.conditions
            $0.rawQuery = write.query
            $0.contentType = write.body == nil ? nil : write.contentType
        }
    }

    /// The properties by which clients show and complete a request.
    private func payload(of write: GatedWrite, _ plan: GatedPlan) -> OperationPayload {
        var payload = OperationPayload()
        let body = write.body.map { JSONValue.object($0).text }
        payload.id = write.entityId ?? (plan.targets.count == 1 ? plan.targets[0].id : nil)
        payload.name = plan.name
        payload.type = "Microsoft.Management.Services.Api.\(write.operation.payloadType)"
        payload.subtype = plan.subtype ?? write.operation.payloadType
        payload.operation = write.operation.payloadOperation.rawValue
        payload.payload = plan.payload.map(\.text) ?? body
        payload.actionName = write.operation.actionName
        payload.displayPayload = plan.displayPayload.map(\.text)
        payload.addedAssignments = plan.addedAssignments.map(\.text)
        switch write.operation.payloadOperation {
        case .update: payload.patchPayload = write.body.map { ODataTypeNames.serviceNames(in: .object($0)).text }
        case .action, .assign: payload.actionParameters = body
        case .create, .delete: break
        }
        return payload
    }
}
