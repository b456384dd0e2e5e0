internal import Approvals
internal import Directory
internal import EDM
package import JSON
package import Storage

/// Somebody whom a policy names, with why they can decide now or can't.
package struct Candidate: Sendable {
    package let id: String
    let user: Document<User>?
    let reason: String

    package var name: String { user?.displayName ?? id }

    var json: JSONValue {
        [
            "id": .string(id), "displayName": (user?.displayName).json,
            "userPrincipalName": (user?.userPrincipalName).json, "reason": .string(reason),
        ]
    }
}

/// For whom a request is explained, and what is known of it already.
package struct Explaining: Sendable {
    package let tenant: String
    /// Who could decide now.
    package let approvers: [Candidate]
    /// Whether the reader may see objects of a kind; what a target is now is shown to no other.
    package let seesTarget: @Sendable (_ kind: String) -> Bool
}

/// What a kind of requests says of one, around what is said of every approval.
package struct Explanation: Sendable {
    /// What it is and by what it is held.
    package let heldBy: JSONObject
    /// What helps, in sentences.
    package let unblock: [String]
    /// What it will change and whatever else there is to know.
    package let details: JSONObject

    package init(heldBy: JSONObject, unblock: [String], details: JSONObject) {
        self.heldBy = heldBy
        self.unblock = unblock
        self.details = details
    }
}

// Why a request stands where it stands: by which rule it is held, who can move it and who can't, what time will do, and
// what its completion will change.
extension Governance {
    /// Everything about a request that its readers may know, in words and with the ids to act on.
    ///
    /// Members: `id`, `status`, what its kind says of how it is held, `approvers` and `notApprovers` (each with `reason`),
    /// `timer` (`at`, `outcome`), `unblock` (sentences), and what its kind says of what it will change. What has ended has no
    /// approvers.
    /// - Parameter seesTarget: whether the caller may read objects of a kind; what a target is now is shown to no other.
    /// - Throws: `ResourceNotFound`.
    package func explain(
        _ id: String, in tenant: String, seesTarget: @escaping @Sendable (_ kind: String) -> Bool
    ) async throws -> JSONObject {
        try await store.preview(in: tenant) { unit in
            for kind in workloads.requests {
                guard let request = try await kind.load(id, &unit, settings) else { continue }
                let (approvers, others) = request.isActive ? try await candidates(for: request, in: &unit) : ([], [])
                let explaining = Explaining(tenant: tenant, approvers: approvers, seesTarget: seesTarget)
                guard let words = try await kind.explain(request, explaining, self, &unit) else { continue }
                var explanation: JSONObject = ["id": .string(id), "status": .string(request.status)]
                for member in words.heldBy.members { explanation[member.name] = member.value }
                explanation["approvers"] = .array(approvers.map(\.json))
                explanation["notApprovers"] = .array(others.map(\.json))
                explanation["timer"] = Self.timer(of: request)
                explanation["unblock"] = words.unblock.json
                for member in words.details.members { explanation[member.name] = member.value }
                return explanation
            }
            throw ResourceNotFound(id: id)
        }
    }

    private static func timer(of request: any ApprovalBearing) -> JSONValue {
        guard let at = request.nextTimer else { return nil }
        let outcome = request.isActive ? "expires" : "leaves view at the end of its retention"
        return ["at": at.json, "outcome": .string(outcome)]
    }

    /// A principal's text as a name that people know.
    package func name(of text: String, in unit: inout UnitOfWork) async throws -> String {
        guard let principal = try? Principal(text: text) else { return text }
        switch principal.kind {
        case .user: return try await unit.get(Kinds.users, principal.id)?.document.displayName ?? principal.id
        case .servicePrincipal:
            return try await unit.get(Kinds.servicePrincipals, principal.id)?.document.displayName ?? principal.id
        case .group: return try await unit.get(Kinds.groups, principal.id)?.document.displayName ?? principal.id
        case .system: return "Countersign"
        }
    }

    // MARK: Who can decide

    private func candidates(
        for request: any ApprovalBearing, in unit: inout UnitOfWork
    ) async throws -> (approvers: [Candidate], others: [Candidate]) {
        var approvers: [Candidate] = []
        var others: [Candidate] = []
        for id in try await named(by: request, in: &unit) {
            let user = try await unit.get(Kinds.users, id)?.document
            let principal = Principal(.user, id)
            do {
                guard try await unit.isEnabled(principal) else {
                    others.append(Candidate(id: id, user: user, reason: "The account is disabled or deleted."))
                    continue
                }
                let actor = try await unit.actor(Caller(tenant: unit.tenant, principal: principal))
                let decider = try request.eligibleDecider(try await deciderFacts(actor, of: request, in: &unit))
                let reason = try await words(decider.paths, after: request.filedAt, in: &unit)
                approvers.append(Candidate(id: id, user: user, reason: reason))
            } catch let refusal as Refusal {
                let younger = try await youngerEdges(of: principal, in: request, &unit)
                others.append(
                    Candidate(id: id, user: user, reason: ([Self.words(refusal)] + younger).joined(separator: " ")))
            }
        }
        return (approvers, others)
    }

    /// The memberships of somebody that are younger than the filing, with who wrote them: a party's don't count.
    fileprivate func youngerEdges(
        of principal: Principal, in request: any ApprovalBearing, _ unit: inout UnitOfWork
    ) async throws -> [String] {
        var found: [String] = []
        for edge in try await unit.approverEdges(of: principal)
        where edge.writtenAt > request.filedAt && edge.to.kind == .group {
            let group = try await unit.get(Kinds.groups, edge.to.id)?.document.displayName ?? edge.to.id
            let writer = try await name(of: edge.writtenBy.text, in: &unit)
            found.append("A membership of '\(group)' was written by \(writer) at \(edge.writtenAt), after the filing.")
        }
        return found
    }

    /// The people in the groups and roles that the request's policies name or have come to name, and its requestor.
    private func named(
        by request: any ApprovalBearing, in unit: inout UnitOfWork
    ) async throws -> [String] {
        var ids: Set<String> = Set(request.approval.parties.principals.filter { $0.kind == .user }.map(\.id))
        let inForce = try await request.inForce(in: &unit) ?? .closed
        let resolutions = request.approval.stages[request.stage].run?.resolutions ?? []
        for case .named(_, let holders, _) in resolutions {
            for holder in holders where holder.kind == .user { ids.insert(holder.id) }
        }
        for set in request.approval.definition.stages[request.stage].sets + inForce.sets {
            switch set {
            case .members(let group): ids.formUnion(try await unit.users(inGroups: [group]))
            case .holders(let role):
                let query = Query(
                    Kinds.roleAssignments, tenant: unit.tenant, visibility: .all,
                    filter: .compare(Field(path: ["roleDefinitionId"], type: .text), .equal, .text(role)), limit: 200)
                for row in try await store.read(query) {
                    let assignment = try Document<UnifiedRoleAssignment>(
                        json: JSONReader.read(row.document, limits: .stored))
                    ids.insert(assignment.principalId)
                }
            case .user(let id): ids.insert(id)
            case .manager, .internalSponsors, .externalSponsors, .targetUserSponsors: continue
            }
        }
        // More would take more reads than a decision may have; each is judged on its own.
        return ids.sorted().prefix(50).map { $0 }
    }

    /// `Member of 'Operation approvers'`, `Holds the role Intune Administrator`.
    private func words(
        _ paths: [ApproverPath], after filing: Instant, in unit: inout UnitOfWork
    ) async throws -> String {
        var parts: [String] = []
        for path in paths {
            guard let last = path.edges.last else { continue }
            let part: String
            switch path.set {
            case .members(let group):
                let name = try await unit.get(Kinds.groups, group)?.document.displayName ?? group
                var words = "Member of '\(name)'" + (path.edges.count > 1 ? " through nested groups" : "")
                if let young = path.edges.first(where: { $0.writtenAt > filing }) {
                    let writer = try await self.name(of: young.writtenBy.text, in: &unit)
                    words += " since \(young.writtenAt), after the filing, by \(writer)"
                }
                part = words
            case .holders(let role): part = "Holds the role \(DirectoryRoles.name(of: role))"
            default: part = last.relation.rawValue
            }
            if !parts.contains(part) { parts.append(part) }
        }
        return parts.joined(separator: "; ") + "."
    }

    /// A refusal as one says it of somebody else.
    private static func words(_ refusal: Refusal) -> String {
        switch refusal.code {
        case .noSelfDecision: "A party to the request, or able to act as one."
        case .activeApprover: "The account is disabled or a guest's."
        case .approverResolution:
            "No membership that counts: one that a party or they themselves wrote after the filing doesn't, and both the "
                + "policy at filing and the one in force must name them."
        case .zeroApprovers: "The policy in force names nobody who could approve."
        default: refusal.reason
        }
    }
}
