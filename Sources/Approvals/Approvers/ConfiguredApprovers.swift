/// What a policy says about approvers. "None configured" and "configured, but resolving to nobody" are two different
/// values (R34): only the first may fall back to a documented default; see `ZeroApprovers`.
package enum ConfiguredApprovers: Hashable, Sendable {
    /// The policy names no approver at all, as a fresh role policy does (its `primaryApprovers` are `[]`).
    case notConfigured
    case configured(ApproverRequirement)

    /// A list of sets as a policy stores it: an empty one is not configured.
    package init(anyOf sets: [ApproverSet]) {
        self = sets.isEmpty ? .notConfigured : .configured(ApproverRequirement(anyOf: sets))
    }
}
