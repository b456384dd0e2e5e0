package import Directory
internal import EDM
internal import JSON
package import Storage

// Who sees a request (rule R22): its requestor, its parties, whoever is in an approver group that its snapshot names, readers
// of everything, and applications with a read permission, which the permission row has asked for.
extension OperationApprovalRequests {
    package static func visibility(for facts: CallerFacts) -> Visibility {
        Audience.visibility(
            for: facts, index: Kinds.audience.name, relations: [.party, .decider, .approverGroup],
            requestor: requestorTerm(facts.caller))
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
