package import Approvals
package import Directory
package import EDM
package import JSON
@_spi(Decisions) package import Storage

/// A request that waits for an approval, of whatever kind, as a command or a checker has loaded it.
package protocol ApprovalBearing: Sendable {
    /// What its events are about.
    var subject: Key { get }
    /// As its visibility is judged: what readers are shown, and the entries under which it is found.
    var shown: (document: JSONValue, entries: Set<IndexValue>) { get }
    /// By what people know its object.
    var title: String? { get }
    /// Its status as readers see it.
    var status: String { get }
    /// Whether somebody can still move it on.
    var isActive: Bool { get }
    /// Who asks for it.
    var requestor: Principal { get }
    var filedAt: Instant { get }
    /// Until when a person's decision may be committed.
    var deadline: Instant { get }
    /// When time will next change something.
    var nextTimer: Instant? { get }
    var approval: ApprovalMachine { get }
    /// What its events say besides what their activity tells: ids, sets and digests by which the rules can be checked from the
    /// log alone. `filedFacts` of them never change.
    var facts: JSONObject { get }
    /// The digest of the policies by which it is judged: as it was at filing, and as what is stored gives it now.
    var snapshot: (filed: String?, now: String?) { get }

    /// What `inForce` and `beneficiaries` will ask.
    var lookups: Lookups { get }
    /// What the policies in force ask of a decider besides the snapshot; nil where none is left (R6).
    func inForce(in unit: inout UnitOfWork) async throws -> ApproverRequirement?
    /// Who would gain from it as the directory is now, besides those who were parties at filing (R1).
    func beneficiaries(in unit: inout UnitOfWork) async throws -> Set<Principal>
    /// Judges somebody who wants to decide about it now, or to take a decision back.
    func eligibleDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider
}

extension ApprovalBearing {
    package var lookups: Lookups { Lookups() }
    package func beneficiaries(in unit: inout UnitOfWork) async throws -> Set<Principal> { [] }
    package func eligibleDecider(_ facts: DeciderFacts) throws(Refusal) -> EligibleDecider {
        try approval.eligibleDecider(facts, stage: stage)
    }

    /// The stage that is open, or the last one that was.
    package var stage: Int { approval.current?.index ?? approval.stages.lastIndex { $0.run != nil } ?? 0 }
}

/// A request that is one document with the state of its approval in it.
package protocol StoredRequest: ApprovalBearing {
    associatedtype Entity: EntityType

    /// - Throws: `Invalid` where document and internals contradict each other.
    init(_ stored: Stored<Entity>, settings: Governance.Settings) throws(Invalid)
    var stored: Stored<Entity> { get }
}

extension StoredRequest {
    package var subject: Key { stored.key }
    package var shown: (document: JSONValue, entries: Set<IndexValue>) {
        (stored.document.json, stored.kind.entries(stored.document, stored.internals))
    }

    /// - Returns: nil where there is none.
    /// - Throws: `StorageError.corrupt`.
    package static func load(
        _ kind: Kind<Entity>, _ id: String, in unit: inout UnitOfWork, settings: Governance.Settings
    ) async throws -> Self? {
        guard let stored = try await unit.get(kind, id) else { return nil }
        do throws(Invalid) { return try Self(stored, settings: settings) } catch {
            throw StorageError.corrupt(stored.key, error.description)
        }
    }
}
