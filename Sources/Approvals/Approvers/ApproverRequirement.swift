internal import EDM
package import JSON

/// Who may decide: somebody who belongs to at least one set of *each* group of sets. Several policy types on one
/// request (`requiredOperationApprovalPolicyTypes`), or two versions of a policy (R6), are several groups.
package struct ApproverRequirement: Hashable, Sendable {
    package var allOf: [[ApproverSet]]

    package init(allOf: [[ApproverSet]]) { self.allOf = allOf }

    /// One group: any of these sets will do.
    package init(anyOf sets: [ApproverSet]) { allOf = [sets] }

    /// Nobody can meet it: a group without sets, or no group at all, never means everybody.
    package static let closed = ApproverRequirement(allOf: [])

    package var isClosed: Bool { allOf.isEmpty || allOf.contains(where: \.isEmpty) }

    /// What both ask for.
    package func and(_ other: ApproverRequirement) -> ApproverRequirement {
        if isClosed || other.isClosed { return .closed }
        return ApproverRequirement(allOf: allOf + other.allOf.filter { !allOf.contains($0) })
    }

    /// Every set named, once, in order.
    package var sets: [ApproverSet] {
        var seen: Set<ApproverSet> = []
        return allOf.joined().filter { seen.insert($0).inserted }
    }
}

extension ApproverRequirement: InternalValue {
    package init(json: JSONValue) throws(Invalid) { self.init(allOf: try [[ApproverSet]](json: json)) }
    package var json: JSONValue { allOf.json }
}
