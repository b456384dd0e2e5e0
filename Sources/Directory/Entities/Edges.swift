package import EDM

/// One edge of the directory that can make somebody an approver or a controller. Who wrote it and when decides whether it
/// counts for a request (security rule R2): an edge removed and added again is a new one.
package struct DirectoryEdge: EntityType {
    package static let schema = Self(), properties = reflect(schema)
    package let id = Property<String>("id", [.key, .required])
    package let relation = Property<EdgeRelation>("relation", .required)
    /// The group, application or user that the edge leads to: the group joined, the application owned, the report managed.
    package let toId = Property<String>("toId", .required)
    /// The member, owner, credential creator or manager.
    package let fromId = Property<String>("fromId", .required)
    package let fromKind = Property<EdgeEnd>("fromKind", .required)
    package let writtenBy = Property<String>("writtenBy", .required)
    package let writtenAt = Property<Instant>("writtenAt", .required)
    /// A membership that a grant made carries the grant's end.
    package let endsAt = Property<Instant?>("endsAt")
}

package enum EdgeRelation: String, EdmEnumeration {
    case member, owner, credential, manager, person
}

package enum EdgeEnd: String, EdmEnumeration {
    case user, group, servicePrincipal
}
