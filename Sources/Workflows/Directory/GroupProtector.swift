internal import Approvals
package import Directory
internal import EDM
package import Storage

/// Something that groups decide about, such as a policy that names its approvers by a group: who changes such a group changes
/// who approves (rules R4, R11).
package struct ProtectedObject: Sendable {
    package let key: Key
    package let displayName: String
    /// Refuses where nobody besides the parties to a change could decide about it, as the unit of work would leave the
    /// directory.
    let checkUsable: @Sendable (inout UnitOfWork, _ parties: Set<Principal>) async throws -> Void

    package init(
        key: Key, displayName: String,
        checkUsable: @escaping @Sendable (inout UnitOfWork, _ parties: Set<Principal>) async throws -> Void
    ) {
        self.key = key
        self.displayName = displayName
        self.checkUsable = checkUsable
    }

    /// Whether anybody could decide about it.
    func isUsable(in unit: inout UnitOfWork) async throws -> Bool {
        do { try await checkUsable(&unit, []) } catch is Refusal { return false }
        return true
    }
}

/// How a workload tells what its groups decide about.
package struct GroupProtector: Sendable {
    /// What a group is named by; the groups above it are asked about separately.
    let named: @Sendable (inout UnitOfWork, _ group: String) async throws -> [ProtectedObject]
    /// Everything in the tenant that groups decide about.
    let all: @Sendable (inout UnitOfWork) async throws -> [ProtectedObject]

    package init(
        named: @escaping @Sendable (inout UnitOfWork, _ group: String) async throws -> [ProtectedObject],
        all: @escaping @Sendable (inout UnitOfWork) async throws -> [ProtectedObject]
    ) {
        self.named = named
        self.all = all
    }
}

extension Workloads {
    /// What a group decides about, or a group in which it lies (rule R4), by id.
    func protected(by group: String, in unit: inout UnitOfWork) async throws -> [ProtectedObject] {
        let above = try await unit.memberships(of: Principal(.group, group)).map(\.toId)
        var found: [Key: ProtectedObject] = [:]
        for id in Set([group] + above).sorted() {
            for protector in protectors {
                for object in try await protector.named(&unit, id) { found[object.key] = object }
            }
        }
        return found.values.sorted { ($0.key.id, $0.key.kind) < ($1.key.id, $1.key.kind) }
    }
}

extension UnitOfWork {
    /// - Parameter parties: everybody with a stake in the change.
    /// - Throws: the refusal of the first object that would have nobody left (rule R11).
    package mutating func refuseLockout(of objects: [ProtectedObject], parties: Set<Principal>) async throws {
        guard !PlantedFault.lockoutAllowed.isPlanted else { return }
        for object in objects { try await object.checkUsable(&self, parties) }
    }
}

extension PlantedFault {
    /// A change may leave a policy that nobody could use.
    package static let lockoutAllowed = Self("lockoutAllowed")
    /// Whoever changes groups changes approver groups too.
    package static let protectedGroupOpen = Self("protectedGroupOpen")
}
