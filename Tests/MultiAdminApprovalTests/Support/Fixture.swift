import Approvals
import Directory
import EDM
import JSON
import MultiAdminApproval
import Testing

/// A tenant in which rita (R) files, abe (A) and bea (B) approve scripts, nat (N) approves nothing, and app (S) is an
/// application that ola owns.
struct Fixture {
    static let start = Instant(microseconds: 1_800_000_000_000_000)
    static let expiration = start + .hours(72)
    static let requestId = "aabb1234-5678-9012-abcd-ef0123456789"
    static let approvers = "11111111-1111-1111-1111-111111111111"
    static let others = "22222222-2222-2222-2222-222222222222"
    static let body: JSONValue = [
        "@odata.type": "#microsoft.graph.deviceManagementScript", "displayName": "Fix", "runAsAccount": nil,
        "retries": 1,
    ]

    var edges = ["abe", "bea", "rita"].map { member($0, of: approvers) }
    var control = ControlFacts()
    var filing: OperationApprovalFiling

    init() throws {
        let policy: Document<PolicySnapshot> = try Document {
            $0.policyId = "33333333-3333-3333-3333-333333333333"
            $0.version = "v1"
            $0.policyType = .script
            $0.approverGroupIds = [Self.approvers]
        }
        filing = OperationApprovalFiling(
            id: Self.requestId, requestor: try Self.identity("rita"), justification: "Change 23423",
            parties: Parties([Self.user("rita"): [.requestor]]), operation: try Self.call(), requiredTypes: [.script],
            policies: [policy], requirement: AllRequiredTypes.requirement([policy]))
    }

    static func user(_ name: String) -> Principal { Principal(.user, name) }

    static func identity(_ name: String) throws -> Document<IdentitySet> {
        let user = try Document<Identity> { $0.id = name }
        return try Document { $0.user = user }
    }

    static func member(
        _ name: String, _ kind: ApproverNode.Kind = .user, of group: String, by writer: String = "admin",
        at instant: Instant = start - .days(9)
    ) -> ApproverEdge {
        ApproverEdge(
            .member, from: ApproverNode(kind, name), to: ApproverNode(.group, group), writtenBy: user(writer),
            writtenAt: instant)
    }

    static let lock = EntityLock(kind: "deviceManagementScript", id: "s1")

    static func target(_ id: String = "s1", version: String = "t1") -> Document<OperationTarget> {
        (try? Document {
            $0.id = id
            $0.version = version
        }) ?? { fatalError("both members are given") }()
    }

    /// The protected call, as filed or, changed, as it comes again.
    static func call(
        _ change: (inout Document<OperationBinding>) -> Void = { _ in }
    ) throws -> Document<OperationBinding> {
        try Document {
            $0.tenant = "contoso"
            $0.requestor = user("rita")
            $0.apiVersion = "beta"
            $0.method = "PATCH"
            $0.operation = "deviceManagement.deviceManagementScripts.update"
            $0.entityKind = "deviceManagementScript"
            $0.entityId = "s1"
            $0.targets = [target()]
            $0.rawQuery = ""
            $0.contentType = "application/json"
            $0.body = StoredBody(body)
            $0.bodyDigest = "d"
            change(&$0)
        }
    }

    func file(at now: Instant = start) throws(Refusal) -> OperationApprovalRequestMachine {
        try OperationApprovalRequestMachine.file(filing, at: now).machine
    }

    func facts(_ principal: Principal, at now: Instant = start + .hours(1)) -> DeciderFacts {
        DeciderFacts(decider: Decider(principal), control: control, edges: edges, now: now)
    }

    enum Verb: CaseIterable { case approve, reject, cancelApproval }

    /// Judges and decides in one go.
    func decide(
        _ machine: inout OperationApprovalRequestMachine, _ verb: Verb = .approve,
        by principal: Principal = user("abe"),
        justification: String? = "ok", at now: Instant = start + .hours(1)
    ) throws(Refusal) -> [OperationApprovalRequestEffect] {
        let decider = try machine.eligibleDecider(facts(principal, at: now))
        let identity = try? Self.identity(principal.id)
        switch verb {
        case .approve: return try machine.approve(by: decider, as: identity, justification: justification)
        case .reject: return try machine.reject(by: decider, as: identity, justification: justification)
        case .cancelApproval:
            return try machine.cancelApproval(by: decider, as: identity, justification: justification)
        }
    }

    /// A request in every state there is.
    enum Target: CaseIterable {
        case needsApproval, approved, rejected, cancelled, approvalCancelled, completed, expired, expiredApproved,
            hidden
    }

    func make(_ target: Target) throws -> OperationApprovalRequestMachine {
        var machine = try file()
        switch target {
        case .needsApproval: break
        case .approved: _ = try decide(&machine)
        case .rejected: _ = try decide(&machine, .reject)
        case .cancelled: _ = try machine.cancelMyRequest(by: Self.user("rita"), at: Self.start + .hours(1))
        case .approvalCancelled:
            _ = try decide(&machine)
            _ = try decide(&machine, .cancelApproval, by: Self.user("bea"))
        case .completed:
            _ = try decide(&machine)
            _ = try machine.complete(Self.call(), at: Self.start + .hours(2))
        case .expired: _ = machine.expire(at: Self.expiration)
        case .expiredApproved:
            _ = try decide(&machine)
            _ = machine.expire(at: Self.expiration)
        case .hidden:
            _ = try decide(&machine, .reject)
            _ = machine.purge(at: Self.start + .days(60))
        }
        return machine
    }
}

/// The code of the refusal that a step throws; nil where it goes through.
func refusal(of step: () throws(Refusal) -> some Any) -> RefusalCode? {
    do {
        _ = try step()
        return nil
    } catch { return error.code }
}
