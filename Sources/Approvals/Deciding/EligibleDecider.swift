package import Directory
package import EDM

/// Proof that the rules let somebody decide a stage, at one instant. There is no other way to make one than
/// `ApprovalMachine.eligibleDecider(_:stage:)`, and no way to record a decision without one.
package struct EligibleDecider: Hashable, Sendable {
    package let principal: Principal
    /// Everybody who can act as the decider, itself included (V1).
    package let controllers: Set<Principal>
    /// One path for each group of sets of the requirement (V2).
    package let paths: [ApproverPath]
    /// The parties by which the decider was judged: those at filing and those of now.
    package let parties: Parties
    package let judgedAt: Instant
    let question: StageQuestion

    /// The person who decides, by the smallest of its identities.
    package var person: Principal { controllers.min() ?? principal }

    /// Who may send a decision (R13), no self-decision (R1), active people only (R3), reachable from the configured
    /// sets (R2, R3, R34) of the snapshot and of the version in force (R6), in this order.
    static func judge(_ facts: DeciderFacts, for question: StageQuestion) throws(Refusal) -> EligibleDecider {
        let principal = facts.decider.principal
        let controllers = facts.control.controllers(of: principal)
        let parties = question.parties.union(facts.parties)
        try WhoMaySendADecision.check(principal, switches: question.switches)
        try NoSelfDecision.check(principal, controllers: controllers, parties: parties)
        try ActiveApprover.check(facts.decider, switches: question.switches)
        let resolution = ApproverResolution(
            facts: facts, controllers: controllers, parties: parties, start: question.start,
            resolutions: question.resolutions)
        var paths = try resolution.paths(answering: question)
        if let inForce = facts.inForce { paths += try resolution.paths(inForce: inForce) }
        return EligibleDecider(
            principal: principal, controllers: controllers, paths: paths, parties: parties, judgedAt: facts.now,
            question: question)
    }

    /// Somebody who decides in an emergency from the console: no approver set is asked, but it's still no party (R1), and
    /// an active person (R10).
    static func breakGlass(_ facts: DeciderFacts, for question: StageQuestion) throws(Refusal) -> EligibleDecider {
        let principal = facts.decider.principal
        let controllers = facts.control.controllers(of: principal)
        let parties = question.parties.union(facts.parties)
        try WhoMaySendADecision.check(principal, switches: ApprovalSwitches(appOnlyApproval: false))
        try NoSelfDecision.check(principal, controllers: controllers, parties: parties)
        try ActiveApprover.check(facts.decider, switches: question.switches)
        return EligibleDecider(
            principal: principal, controllers: controllers, paths: [], parties: parties, judgedAt: facts.now,
            question: question)
    }

    private init(
        principal: Principal, controllers: Set<Principal>, paths: [ApproverPath], parties: Parties, judgedAt: Instant,
        question: StageQuestion
    ) {
        self.principal = principal
        self.controllers = controllers
        self.paths = paths
        self.parties = parties
        self.judgedAt = judgedAt
        self.question = question
    }
}
