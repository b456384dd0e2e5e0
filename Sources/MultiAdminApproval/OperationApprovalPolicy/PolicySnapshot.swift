internal import Approvals
package import EDM
package import JSON

/// A policy as it was when a request was filed under it; the request keeps it (R6).
package struct PolicySnapshot: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let policyId = Property<String>("policyId", .required)
    package let version = Property<String>("version", .required)
    package let policyType = Property<OperationApprovalPolicyType>("policyType", .required)
    package let policyPlatform = Property<OperationApprovalPolicyPlatform>("policyPlatform")
    package let approverGroupIds = Property<[String]>("approverGroupIds", .required)

    package static func of(
        _ policy: Document<OperationApprovalPolicy>, version: String
    ) throws(Invalid) -> Document<PolicySnapshot> {
        try Document {
            $0.policyId = policy.id
            $0.version = version
            $0.policyType = policy.policyType
            $0.policyPlatform = policy.policyPlatform
            $0.approverGroupIds = policy.approverGroupIds
        }
    }

    /// What a snapshot's digest is made over: the policies by id, in canonical form (V8).
    package static func hashInput(_ policies: [Document<PolicySnapshot>]) -> [UInt8] {
        JSONValue.array(policies.sorted { $0.policyId < $1.policyId }.map(\.json)).canonicalBytes
    }
}
