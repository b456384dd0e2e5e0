import Directory
import EDM
import JSON
import MultiAdminApproval
import Storage
import StorageMemory
import Synchronization
import Workflows

/// A seeded schedule of people, conflicts, retries, clock jumps and crashes on the memory engine, with the invariants held
/// after every step.
final class Simulation: Sendable {
    private let entropy: SeededEntropy
    private let governance: Governance
    private let state: Mutex<State>

    private struct State {
        var now = Instant(microseconds: 1_800_000_000_000_000)
        var requests: [Filed] = []
        var depth = 0
        /// Whether interference is on: not while the world is set up or examined.
        var isLive = false
    }

    private struct Filed {
        let id: String
        let filer: String
        let write: GatedWrite
    }

    /// The switchboard between the engine's hook and the simulation, which doesn't exist yet when the engine is made.
    private final class Hook: Sendable {
        let run = Mutex<(@Sendable (ChangeSet) async -> Interference?)?>(nil)
    }

    init(seed: UInt64) async throws {
        let entropy = SeededEntropy(seed: seed)
        let hook = Hook()
        let clock = Mutex(Instant(microseconds: 1_800_000_000_000_000))
        let shared = SharedClock(clock.withLock { $0 })
        let engine = MemoryEngine(
            catalog: Workloads.tested.catalog, clock: { shared.now },
            interference: { changes in await hook.run.withLock { $0 }?(changes) })
        self.entropy = entropy
        self.shared = shared
        governance = Governance(engine, workloads: .tested, entropy: entropy)
        state = Mutex(State())
        try await governance.createDemoTenant()
        hook.run.withLock { $0 = { [weak self] _ in await self?.interfere() } }
        state.withLock { $0.isLive = true }
    }

    private let shared: SharedClock

    final class SharedClock: Sendable {
        private let value: Mutex<Instant>
        init(_ start: Instant) { value = Mutex(start) }
        var now: Instant { value.withLock { $0 } }
        func advance(by duration: Duration) { value.withLock { $0 = $0 + duration } }
    }

    // MARK: Steps

    private static let people = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi", "automation"]
    private static let devices = (1...3).map { DemoTenant.id("managedDevices/laptop-\($0)") }

    /// Runs steps until the count or the deadline is reached.
    /// - Throws: `Violation` that names the step.
    func run(steps: Int, until isOver: () -> Bool) async throws -> Int {
        var watcher = Watcher()
        for step in 1...max(steps, 1) {
            if isOver() { return step - 1 }
            do {
                await act()
                state.withLock { $0.isLive = false }
                try await examine(&watcher, deeply: step % 200 == 0)
                state.withLock { $0.isLive = true }
            } catch let violation as Violation {
                throw Violation(description: "step \(step): \(violation.description)")
            }
        }
        return steps
    }

    private func caller(_ name: String) -> Caller {
        name == "automation"
            ? Caller(
                tenant: DemoTenant.tenant,
                principal: Principal(.servicePrincipal, DemoTenant.id("servicePrincipals/automation")))
            : Caller(tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/\(name)")))
    }

    /// One random deed of one person, or of time. Refusals and failures are normal life.
    private func act() async {
        let name = entropy.pick(Self.people)
        let request = state.withLock { $0.requests }.suffix(6).randomElement(using: entropy)
        do {
            switch entropy.number(below: 100) {
            case 0..<22: try await file(name)
            case 22..<40:
                if let request {
                    try await governance.approve(request.id, justification: "s", source: .unknown, as: caller(name))
                }
            case 40..<46:
                if let request {
                    try await governance.reject(request.id, justification: nil, source: .email, as: caller(name))
                }
            case 46..<52:
                if let request {
                    try await governance.cancelApproval(
                        request.id, justification: "s", source: .unknown, as: caller(name))
                }
            case 52..<58:
                if let request {
                    try await governance.cancelMyRequest(
                        request.id, as: caller(entropy.chance(70) ? request.filer : name))
                }
            case 58..<78: if let request { try await complete(request, entropy.chance(80) ? request.filer : name) }
            case 78..<88: try await changeDirectory(name)
            default: passTime()
            }
        } catch {}
    }

    private func file(_ name: String) async throws {
        let write = anyWrite(isApplication: name == "automation")
        let outcome = try await governance.submit(
            write, approvalCode: nil, justification: "YXBwIG9ubHkgdGVzdA==", as: caller(name))
        if case .approvalRequired(let id) = outcome {
            state.withLock { $0.requests.append(Filed(id: id, filer: name, write: write)) }
        }
    }

    /// A wipe of one device or of two, a new script, or another access policy for wipes.
    private func anyWrite(isApplication: Bool) -> GatedWrite {
        var write: GatedWrite
        switch entropy.number(below: 100) {
        case 0..<15:
            let groups = entropy.pick([
                ["operation-approvers"], ["role-approvers"], ["operation-approvers", "role-approvers"],
            ])
            let excluded: [JSONValue] =
                entropy.chance(30) ? [.string(DemoTenant.id("servicePrincipals/automation"))] : []
            write = GatedWrite(
                OperationApprovalPolicies.update, method: "PATCH", version: "beta",
                entityId: DemoTenant.id("operationApprovalPolicies/deviceWipe"),
                body: [
                    "approverGroupIds": .array(groups.map { .string(DemoTenant.id("groups/\($0)")) }),
                    "countersignExcludedApplicationIds": .array(excluded),
                ])
        case 15..<25:
            write = GatedWrite(
                GatedCollection.deviceManagementScripts.create, method: "POST", version: "beta", entityId: nil,
                body: ["displayName": "Simulated"])
        case 25..<35 where !isApplication:
            write = GatedWrite(
                ManagedDevices.bulk(.wipe), method: "POST", version: "beta", entityId: nil,
                body: ["actionName": "wipe", "deviceIds": .array(Self.devices.prefix(2).map { .string($0) })])
        default:
            write = GatedWrite(
                ManagedDevices.one(.wipe), method: "POST", version: "beta", entityId: entropy.pick(Self.devices),
                body: ["keepUserData": .bool(entropy.chance(50)), "n": .integer(Int64(entropy.number(below: 3)))])
        }
        write.contentType = "application/json"
        return write
    }

    private func complete(_ request: Filed, _ name: String) async throws {
        var write = request.write
        if entropy.chance(15) { write.body?["n"] = 99 }
        write.contentType = "application/json; charset=utf-8"
        _ = try await governance.submit(write, approvalCode: request.id, justification: nil, as: caller(name))
    }

    /// Somebody joins or leaves the approvers, is disabled or enabled.
    private func changeDirectory(_ name: String) async throws {
        let group = DemoTenant.id("groups/\(entropy.pick(["operation-approvers", "role-approvers"]))")
        let user = DemoTenant.id("users/\(name)")
        // As administrators do, with everything that is asked of them; or as a directory that is synchronised.
        if entropy.chance(50) {
            let writer = caller(entropy.pick(["alice", "bob", "erin"]))
            if entropy.chance(50) {
                try await governance.addMember(user, toGroup: group, as: writer)
            } else {
                try await governance.removeMember(user, fromGroup: group, as: writer)
            }
            return
        }
        let writer = Principal(.user, DemoTenant.id("users/\(entropy.pick(["alice", "erin"]))"))
        let toggles = entropy.chance(70)
        try await governance.store.decide(in: DemoTenant.tenant) { unit in
            if toggles {
                let id = Kinds.edgeID(.member, to: group, from: user)
                if let edge = try await unit.get(Kinds.edges, id) {
                    unit.delete(edge)
                } else if name != "automation" {
                    try unit.put(
                        Stored(.member, to: group, from: user, .user, writtenBy: writer, at: unit.now))
                }
            } else if var stored = try await unit.get(Kinds.users, user) {
                stored.document.accountEnabled.toggle()
                try unit.put(stored)
            }
            try unit.record(
                Event(
                    "simulation.directory", subject: nil, actor: "system",
                    audit: [
                        "activityDisplayName": "Change", "category": "Test", "loggedByService": "Test",
                        "result": "success",
                    ]))
        }
    }

    private func passTime() {
        switch entropy.number(below: 10) {
        case 0..<6: shared.advance(by: .seconds(Int64(entropy.number(below: 3600))))
        case 6..<9: shared.advance(by: .hours(Int64(entropy.number(below: 74))))
        default: shared.advance(by: .days(31))
        }
    }

    // MARK: Interference

    /// Before a commit: nothing, another command run to its end, a lock, a refusal of service, or a crash of which the
    /// caller can't tell whether it came before or after the commit.
    private func interfere() async -> Interference? {
        let depth = state.withLock { state in
            guard state.isLive else { return Int.max }
            return state.depth
        }
        guard depth < 2 else { return nil }
        switch entropy.number(below: 100) {
        case 0..<25:
            state.withLock { $0.depth += 1 }
            if entropy.chance(30) { passTime() }
            await act()
            state.withLock { $0.depth -= 1 }
            return nil
        case 25..<28: return .conflict(.document(Key("user", "nobody")))
        case 28..<29: return .unavailable("The simulation is busy.")
        case 29..<33: return .unknown("The simulation crashed.", applied: entropy.chance(50))
        default: return nil
        }
    }

    // MARK: Examination

    private func examine(_ watcher: inout Watcher, deeply: Bool) async throws {
        try await watcher.follow(governance.store.engine, tenant: DemoTenant.tenant)
        guard deeply else { return }
        let query = Query(Kinds.operationApprovalRequests, tenant: DemoTenant.tenant, visibility: .all, limit: 10_000)
        let rows = try await governance.store.read(query)
        try await watcher.follow(governance.store.engine, tenant: DemoTenant.tenant)
        let now = try await governance.store.now()
        for row in rows {
            let request = try Document<OperationApprovalRequest>(json: JSONReader.read(row.document))
            let subject = "operationApprovalRequest/\(request.id)"
            guard watcher.states[subject] == request.status.rawValue else {
                throw Violation(
                    description:
                        "\(subject) is \(request.status.rawValue), its log says \(watcher.states[subject] ?? "nothing")"
                )
            }
            guard !request.status.isActive || now < request.expirationDateTime else {
                throw Violation(description: "\(subject) is read as \(request.status.rawValue) after its end")
            }
            guard let target = request.payloadId, request.payloadOperation != "Create" else { continue }
            let kind =
                request.payloadType?.hasSuffix("ManagedDevice") == true ? "managedDevice" : "operationApprovalPolicy"
            let name = "operationApprovalRequest/\(kind)/\(target)"
            let holder = try await governance.store.engine.holder(of: name, tenant: DemoTenant.tenant)
            guard (holder?.id == request.id) == request.status.isActive else {
                throw Violation(
                    description: "\(name) is held by \(holder?.id ?? "nobody") while \(subject) is \(request.status)")
            }
        }
        for finding in try await governance.doctor(deep: true)
        // No loop runs here: what is due is done when somebody meets it. And a synchronised directory may empty a group.
        where !finding.isFine && finding.title != "Nothing is overdue by more than a minute" && finding.check != "R11" {
            throw Violation(description: "\(finding.check) \(finding.title): \(finding.detail)")
        }
        for device in Self.devices {
            let row = try await governance.store.read(
                Kinds.managedDevices, device, tenant: DemoTenant.tenant, visibility: .all)
            let results = try row.map {
                try JSONReader.read($0.document)[path: ["deviceActionResults"]]?.array?.count ?? 0
            }
            guard results == watcher.executions[device, default: 0] else {
                throw Violation(
                    description:
                        "\(device) was wiped \(results ?? -1) times, the log has \(watcher.executions[device, default: 0])"
                )
            }
        }
    }
}

extension Collection {
    func randomElement(using entropy: SeededEntropy) -> Element? {
        isEmpty ? nil : self[index(startIndex, offsetBy: entropy.number(below: count))]
    }
}
