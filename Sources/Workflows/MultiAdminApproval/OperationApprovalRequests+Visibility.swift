package import Directory
internal import EDM
internal import JSON
package import Storage

/// The commands and questions of Multi Admin Approval's requests.
package enum OperationApprovalRequests {}

// Who sees a request (rule R22): its requestor, its parties, whoever is in an approver group that its snapshot names, readers
// of everything, and applications with a read permission, which the permission row has asked for.
extension OperationApprovalRequests {
    /// The relations of the audience index.
    enum Relation: String { case party, approverGroup, decider }

    static func entry(_ relation: Relation, _ id: String) -> String { "\(relation.rawValue):\(id)" }

    package static func visibility(for facts: CallerFacts) -> Visibility {
        if facts.caller.isApplication || facts.reads { return .all }
        let me = facts.caller.principal.id
        let entries =
            [entry(.party, me), entry(.decider, me)] + facts.groups.sorted().map { entry(.approverGroup, $0) }
        return .union([requestorTerm(facts.caller), .entry(index: Kinds.audience.name, values: entries)])
    }

    /// One's own requests only: those that one filed.
    package static func own(_ caller: Caller) -> Visibility { .union([requestorTerm(caller)]) }

    private static func requestorTerm(_ caller: Caller) -> Visibility.Term {
        let kind = caller.isApplication ? "application" : "user"
        return .column(Field(path: ["requestor", kind, "id"], type: .text), in: [.text(caller.principal.id)])
    }

    /// Policies are read by readers of everything and by applications; others see those that name a group of theirs.
    package static func policyVisibility(for facts: CallerFacts) -> Visibility {
        if facts.caller.isApplication || facts.reads { return .all }
        return .union([.entry(index: Kinds.policyApprovers.name, values: facts.groups.sorted())])
    }
}
