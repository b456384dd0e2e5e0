package import Approvals
package import Directory
internal import EDM
internal import Storage

// On which ways somebody is reached by what names groups and roles.
extension UnitOfWork {
    /// Every edge that leads upwards from a principal, with who wrote it.
    package mutating func approverEdges(of principal: Principal) async throws -> [ApproverEdge] {
        let memberships = try await memberships(of: principal).compactMap { edge in
            ApproverEdge(edge, writtenBy: try Principal(text: edge.writtenBy))
        }
        return try await memberships + roleEdges(of: principal)
    }

    /// The roles that a principal holds itself, as edges.
    private mutating func roleEdges(of principal: Principal) async throws -> [ApproverEdge] {
        guard let node = ApproverNode(principal) else { return [] }
        return try await all(Kinds.rolesOf, of: Kinds.roleAssignments, principal.id)
            .filter(\.isTenantWide).map { assignment in
                let (writer, instant) = try assignment.written
                return ApproverEdge(
                    .role, from: node, to: ApproverNode(.role, assignment.document.roleDefinitionId),
                    writtenBy: writer, writtenAt: instant)
            }
    }

    /// Users directly in the groups or through nested ones, sorted.
    package mutating func users(inGroups groups: [String]) async throws -> [String] {
        var users: Set<String> = []
        var visited: Set<String> = Set(groups)
        var open = groups
        while let group = open.popLast() {
            for edge in try await all(Kinds.edgesTo, of: Kinds.edges, Kinds.edge(.member, group))
            where edge.document.endsAt.map({ now < $0 }) ?? true {
                switch edge.document.fromKind {
                case .group: if visited.insert(edge.document.fromId).inserted { open.append(edge.document.fromId) }
                case .user: users.insert(edge.document.fromId)
                case .servicePrincipal: continue
                }
            }
        }
        return users.sorted()
    }
}
