package import EDM

/// Graph's `operationApprovalPolicySet`: a type and its platforms.
package struct OperationApprovalPolicySet: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let policyType = Property<OperationApprovalPolicyType>("policyType", .required)
    package let policyPlatform = Property<OperationApprovalPolicyPlatform>("policyPlatform")
}
