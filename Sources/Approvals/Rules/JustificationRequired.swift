/// Where the policy asks for it, a decision needs a justification that says something, for approving and denying alike
/// (`isApproverJustificationRequired` of Graph's approval stages).
package enum JustificationRequired {
    static func check(_ justification: String?, isRequired: Bool) throws(Refusal) {
        guard isRequired, (justification ?? "").allSatisfy(\.isWhitespace) else { return }
        throw Refusal(.justificationRequired, "A justification is required. Send a 'justification' that says why.")
    }
}

extension RefusalCode {
    package static let justificationRequired = RefusalCode("justificationRequired", .invalid)
}
