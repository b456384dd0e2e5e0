package import Approvals
internal import Crypto
package import Directory
package import EDM
package import JSON
@_spi(Decisions) package import Storage
internal import Text

/// What a workload says of its approvals that are documents of their own.
package protocol ApprovalRules: Sendable {
    static var kind: Kind<ApprovalDocument> { get }
    /// What the policies in force ask of a decider besides the snapshot; nil where none is left (R6).
    static func inForce(
        _ approval: StoredApproval<Self>, in unit: inout UnitOfWork
    ) async throws -> ApproverRequirement?
    /// Who would gain from the request as the directory is now, besides those who were parties at filing (R1).
    static func beneficiaries(
        _ approval: StoredApproval<Self>, in unit: inout UnitOfWork
    ) async throws -> Set<Principal>
}

extension ApprovalRules {
    package static func beneficiaries(
        _ approval: StoredApproval<Self>, in unit: inout UnitOfWork
    ) async throws -> Set<Principal> { [] }
}

/// An approval that is a document of its own, as a command holds it.
package struct StoredApproval<Rules: ApprovalRules>: StoredRequest {
    package private(set) var stored: Stored<ApprovalDocument>
    package private(set) var approval: ApprovalMachine
    package let requestor: Principal
    package let title: String?
    /// What the approval is of, as its events name it.
    package let subject: Key
    package let filedAt: Instant
    private let digest: String

    package init(_ stored: Stored<ApprovalDocument>, settings: Governance.Settings) throws(Invalid) {
        var members = try MemberReader(.object(stored.internals))
        self.stored = stored
        approval = try members.take("approval")
        requestor = try members.take("requestor")
        title = try members.take("title")
        subject = Key(try members.take("subjectKind"), stored.id)
        filedAt = try members.take("filedDateTime")
        digest = try members.take("definitionDigest")
        try members.end()
        guard stored.document.steps.count == approval.stages.count else {
            throw Invalid(path: "steps", reason: "must be as many as the approval has stages.")
        }
    }

    /// Opens an approval; `save` keeps it.
    /// - Parameters:
    ///   - subject: what it is of, whose id is the approval's.
    ///   - steps: an id for each stage.
    ///   - opening: what was found out about the first stage.
    package static func file(
        _ definition: ApprovalDefinition, for subject: Key, title: String?, requestor: Principal, parties: Parties,
        steps: [String], opening: StageOpening = .live, at now: Instant
    ) throws(Invalid) -> (approval: Self, effects: [ApprovalEffect]) {
        var parties = parties
        parties.add([requestor], as: .requestor)
        let (machine, effects) = ApprovalMachine.open(definition, parties: parties, opening: opening, at: now)
        guard steps.count == machine.stages.count else {
            throw Invalid(path: "steps", reason: "must be as many as the approval has stages.")
        }
        let shown = try zip(steps, machine.stages).map { step throws(Invalid) in
            try Document<ApprovalStep> {
                $0.id = step.0
                $0.status = step.1.status
                $0.reviewResult = step.1.reviewResult
                $0.justification = ""
            }
        }
        let document = try Document<ApprovalDocument> {
            $0.id = subject.id
            $0.steps = shown
        }
        let internals: JSONObject = [
            "approval": machine.json, "requestor": requestor.json, "title": title.json,
            "subjectKind": .string(subject.kind), "filedDateTime": now.json,
            "definitionDigest": .string(digest(of: definition)),
        ]
        let stored = Stored(Rules.kind, id: subject.id, document, internals: internals, settlesAt: machine.nextTimer)
        return (try Self(stored, settings: Governance.Settings()), effects)
    }

    // MARK: Events

    /// Records a decision about the open stage.
    /// - Parameters:
    ///   - identity: how readers are shown who decided.
    ///   - opening: what was found out about the next stage, which begins if this one is approved.
    package mutating func decide(
        _ choice: DecisionChoice, by decider: EligibleDecider, as identity: Document<Identity>?, justification: String?,
        opening: StageOpening = .live
    ) throws(Refusal) -> [ApprovalEffect] {
        let stage = stage
        let effects = try approval.decide(choice, by: decider, justification: justification, opening: opening)
        if case .closed = approval.stages[stage] {
            stored.document.steps[stage].reviewedBy = identity
            stored.document.steps[stage].reviewedDateTime = decider.judgedAt
            stored.document.steps[stage].justification = justification ?? ""
        }
        show()
        return effects
    }

    /// Withdraws a pending approval.
    package mutating func cancel(at now: Instant) throws(Refusal) -> [ApprovalEffect] {
        let effects = try approval.cancel(at: now)
        show()
        return effects
    }

    /// Does what time has made due; nothing where nothing is.
    package mutating func advance(to now: Instant) -> [ApprovalEffect] {
        let effects = approval.advance(to: now)
        show()
        return effects
    }

    private mutating func show() {
        for (index, stage) in approval.stages.enumerated() {
            stored.document.steps[index].status = stage.status
            stored.document.steps[index].reviewResult = stage.reviewResult
        }
    }

    /// Puts what it has become, and when time moves it on.
    package func save(in unit: inout UnitOfWork) throws {
        var stored = stored
        stored.internals["approval"] = approval.json
        stored.settlesAt = settlesAt
        try unit.put(stored)
    }

    // MARK: What there is to know

    package var status: String { approval.state.rawValue }
    package var isActive: Bool { approval.state == .pending }
    package var nextTimer: Instant? { approval.nextTimer }

    package var deadline: Instant {
        approval.stages.compactMap { $0.run?.deadline }.last ?? filedAt
    }

    package var snapshot: (filed: String?, now: String?) { (digest, Self.digest(of: approval.definition)) }

    package var facts: JSONObject {
        [
            "parties": approval.parties.json, "snapshot": .string(digest), "requestor": requestor.json,
            "filedDateTime": filedAt.json,
        ]
    }

    package func inForce(in unit: inout UnitOfWork) async throws -> ApproverRequirement? {
        try await Rules.inForce(self, in: &unit)
    }

    package func beneficiaries(in unit: inout UnitOfWork) async throws -> Set<Principal> {
        try await Rules.beneficiaries(self, in: &unit)
    }

    private static func digest(of definition: ApprovalDefinition) -> String {
        SHA256.hash(data: definition.json.canonicalBytes).hex
    }

    /// Who may see such approvals (R22).
    package static func visibility(for facts: CallerFacts) -> Visibility {
        Audience.visibility(
            for: facts, index: ApprovalDocument.audienceIndex(Rules.kind.name),
            relations: RequestVisibility.Relation.allCases)
    }
}

extension Governance {
    /// The steps of an approval that a caller could decide now: what Graph shows each reader as `assignedToMe`.
    package func assignedSteps(
        of id: String, kind: RequestKind, to caller: Caller
    ) async throws -> Set<Int> {
        try await store.preview(in: caller.tenant) { unit in
            guard try await unit.isEnabled(caller.principal),
                let request = try await kind.load(id, &unit, settings), let stage = request.approval.current?.index
            else { return [] }
            let facts = try await deciderFacts(try await unit.actor(caller), of: request, in: &unit)
            return (try? request.eligibleDecider(facts)) == nil ? [] : [stage]
        }
    }
}
