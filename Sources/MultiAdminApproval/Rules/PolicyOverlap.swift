package import Approvals
package import EDM

/// Two policies of one type may not share a platform, and one without platforms shares all (R6, V26): asked at filing
/// of a change and again at its completion.
package enum PolicyOverlap {
    package static func check(
        _ policy: Document<OperationApprovalPolicy>, among others: [Document<OperationApprovalPolicy>]
    ) throws(Refusal) {
        let overlapping = others.filter { other in
            other.id != policy.id && other.policyType == policy.policyType
                && overlap(other.policyPlatform, policy.policyPlatform)
        }
        guard let other = overlapping.min(by: { $0.id < $1.id }) else { return }
        throw Refusal(
            .policyOverlap,
            "The policy '\(other.displayName)' (\(other.id)) already guards \(other.policyType.rawValue) on "
                + "\(other.policyPlatform.text). Change that one, or choose platforms that it doesn't name.")
    }

    package static func overlap(
        _ one: OperationApprovalPolicyPlatform, _ other: OperationApprovalPolicyPlatform
    ) -> Bool {
        one.isEmpty || other.isEmpty || !one.isDisjoint(with: other)
    }
}

extension RefusalCode {
    package static let policyOverlap = RefusalCode("policyOverlap", .conflict)
}
