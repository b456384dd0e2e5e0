internal import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
internal import Storage

extension DemoTenant {
    /// The waiting request that the first steps approve.
    package static let welcome = id("operationApprovalRequests/welcome")
}

extension Workload {
    /// The demo tenant's access policies.
    static func createPolicies(in unit: inout UnitOfWork) throws {
        let now = unit.now
        for type in [OperationApprovalPolicyType.script, .app, .deviceWipe] {
            let id = DemoTenant.id("operationApprovalPolicies/\(type.rawValue)")
            let set = try Document<OperationApprovalPolicySet> {
                $0.policyType = type
                $0.policyPlatform = .notApplicable
            }
            let policy = try Document<OperationApprovalPolicy> {
                $0.id = id
                $0.displayName = DemoTenant.title(type.rawValue)
                $0.lastModifiedDateTime = now
                $0.policyType = type
                $0.policyPlatform = .notApplicable
                $0.policySet = set
                $0.approverGroupIds = [DemoTenant.id("groups/operation-approvers")]
            }
            let stored = Stored(Kinds.operationApprovalPolicies, id: id, policy)
            try unit.put(stored)
            for name in OperationApprovalPolicies.names(of: policy) { unit.take(name, for: stored.key) }
        }
    }
}

extension Governance {
    /// Alice wants laptop-1 wiped: the request that waits for a second person.
    func fileWelcomeRequest() async throws {
        let alice = Caller(
            tenant: DemoTenant.tenant, principal: Principal(.user, DemoTenant.id("users/alice")),
            permissions: Set(DemoTenant.scopes))
        var write = GatedWrite(
            ManagedDevices.one(.wipe), method: "POST", version: "beta", entityId: DemoTenant.laptop1,
            body: ["keepUserData": true])
        write.contentType = "application/json"
        _ = try await file(write, justification: "Device returned for repair", as: alice, id: DemoTenant.welcome)
    }
}
