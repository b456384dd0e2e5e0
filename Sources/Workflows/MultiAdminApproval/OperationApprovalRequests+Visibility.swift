internal import Approvals
package import Directory
internal import EDM
internal import JSON
internal import MultiAdminApproval
package import Storage

// Who sees requests and policies, as stores are asked (rule R22).
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

    package static func policyVisibility(for facts: CallerFacts) -> Visibility {
        switch PolicyVisibility.sight(of: facts.reader) {
        case .everything: .all
        case .only(let groups): .union([.entry(index: Kinds.policyApprovers.name, values: groups.sorted())])
        }
    }
}
