/// Where the policy asks for it, a decision needs a justification that says something, for approving and denying alike
/// (`isApproverJustificationRequired`: privileged-roles.md §5.4, §7; entitlement-management.md §5.3).
package enum JustificationRequired {
    static func check(_ justification: String?, isRequired: Bool) throws(Refusal) {
        guard isRequired, (justification ?? "").allSatisfy(\.isWhitespace) else { return }
        throw Refusal(.justificationRequired, "A justification is required. Send a 'justification' that says why.")
    }
}
