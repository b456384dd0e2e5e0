package import EDM
internal import Text

/// Graph's `operationApprovalPolicy`, the portal's "access policy": which operations need a second administrator, and
/// who that may be (Graph: "operationApprovalPolicy resource type"). Lengths are UTF-16 code units.
package struct OperationApprovalPolicy: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package static let namesItsType = true
    package static let excludedApplicationsLimit = 50

    package let id = Property<String>("id", [.key, .readOnly, .required])
    package let displayName = Property<String>("displayName", .required) {
        (1...128).contains($0.utf16.count) && !$0.allSatisfy(\.isWhitespace) ? nil : "must have 1 to 128 characters."
    }
    package let description = Property<String?>("description") {
        ($0?.utf16.count ?? 0) > 1024 ? "must have at most 1024 characters." : nil
    }
    package let lastModifiedDateTime = Property<Instant>("lastModifiedDateTime", [.readOnly, .required])
    package let policyType = Property<OperationApprovalPolicyType>("policyType", .required) {
        $0.isSelectable ? nil : "can't be '\($0.rawValue)': name the kind of operation that the policy guards."
    }
    package let policyPlatform = Property<OperationApprovalPolicyPlatform>("policyPlatform")
    package let policySet = Property<Document<OperationApprovalPolicySet>?>("policySet")
    package let approverGroupIds = Property<[String]>("approverGroupIds", .required) { groups in
        if groups.isEmpty { return "must name at least one security group." }
        return groups.first { !$0.isGUID }.map { "must hold the ids of groups; '\($0)' is not a GUID." }
    }
    /// The portal's list of excluded enterprise applications, whose real name nobody has seen: ids of service
    /// principals.
    package let countersignExcludedApplicationIds = Property<[String]>(
        "countersignExcludedApplicationIds", .undocumented
    ) { applications in
        if applications.count > Self.excludedApplicationsLimit {
            return "must hold at most \(Self.excludedApplicationsLimit) applications."
        }
        return applications.first { !$0.isGUID }
            .map { "must hold the ids of service principals; '\($0)' is not a GUID." }
    }
}
