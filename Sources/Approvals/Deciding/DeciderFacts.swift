package import Directory
package import EDM

/// Somebody who wants to decide, as the directory has them now.
package struct Decider: Hashable, Sendable {
    package var principal: Principal
    package var isEnabled: Bool
    package var isDeleted: Bool
    package var isGuest: Bool

    package init(_ principal: Principal, isEnabled: Bool = true, isDeleted: Bool = false, isGuest: Bool = false) {
        self.principal = principal
        self.isEnabled = isEnabled
        self.isDeleted = isDeleted
        self.isGuest = isGuest
    }
}

/// What a workflow looks up before anybody is judged; the rules look up nothing themselves.
package struct DeciderFacts: Hashable, Sendable {
    package var decider: Decider
    /// Who controls the decider and, as far as known, those who wrote the edges.
    package var control: ControlFacts
    /// Every edge that leads upwards from the decider, transitively, as it exists now.
    package var edges: [ApproverEdge]
    /// The parties as they are now; united with those at filing.
    package var parties: Parties
    /// What the versions of the policies in force ask for, besides the snapshot (R6); nothing for a policy that is
    /// gone.
    package var inForce: ApproverRequirement?
    package var now: Instant

    package init(
        decider: Decider, control: ControlFacts = ControlFacts(), edges: [ApproverEdge] = [],
        parties: Parties = Parties(), inForce: ApproverRequirement? = nil, now: Instant
    ) {
        self.decider = decider
        self.control = control
        self.edges = edges
        self.parties = parties
        self.inForce = inForce
        self.now = now
    }
}
