package import Directory

/// Nobody decides a request to which they are a party, by whatever identity (R1, V1): refused where somebody who can
/// act as the decider is a party. Entra: "Approvers are not able to approve their own role activation requests"
/// and "aren't able to approve their own access package requests"; Intune: "An administrator can't approve their own
/// requests".
package enum NoSelfDecision {
    package static func check(
        _ decider: Principal, controllers: Set<Principal>, parties: Parties
    ) throws(Refusal) {
        let shared = parties.shared(with: controllers.union([decider]))
        guard let party = shared.first else { return }
        let reasons = parties.reasons[party, default: []].map(\.rawValue).sorted().joined(separator: " and ")
        let whom = party == decider ? "You are" : "You can act as \(party.phrase), which is"
        throw Refusal(
            .noSelfDecision,
            "\(whom) a party to this request (\(reasons)), so the decision isn't yours. "
                + "Ask another approver; to withdraw a request of your own, cancel it.")
    }
}

extension RefusalCode {
    package static let noSelfDecision = RefusalCode("noSelfDecision", .forbidden)
}
