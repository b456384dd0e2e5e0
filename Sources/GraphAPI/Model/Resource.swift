package import Directory
internal import EDM
package import JSON
internal import OData
package import Storage
internal import Workflows

/// A part of Graph as a surface shows it: a container, a singleton, or an entity set, which is a projection of a stored
/// kind: a predicate over it and the names that each version has for its members.
package final class Resource: Sendable {
    enum Form: Sendable {
        /// Leads to others and has functions; can't be read by itself.
        case container
        case set
        /// One entity, under a key that the path doesn't give.
        case singleton(key: @Sendable (Caller) throws -> String)
    }

    package typealias See = @Sendable (Invocation) async throws -> Visibility

    /// The segment of its path.
    let name: String
    /// The segment in v1.0 where it differs.
    let v1: String?
    let form: Form
    let versions: Set<Version>
    let kind: (any AnyKind)?
    /// Which of the kind's documents belong to it.
    let predicate: Filter
    /// The path below the version root as `@odata.context` writes it where that isn't its own: `/me` is one of `users`.
    let contextPath: String?
    /// Names of properties that clients use and the type doesn't declare.
    let aliases: [String: String]
    /// The order of a list without `$orderby`.
    let order: [Query.Order]
    /// What a caller may see of it, on every path.
    let visibility: See
    /// The part of it that needs no question to the directory: a read of one entity looks there first.
    let own: (@Sendable (Caller) -> Visibility)?
    /// Properties besides the id whose value is a key: of users `userPrincipalName`. Nothing names them in the path.
    let alternateKey: String?
    /// Properties that a path names as a key: `catalogs(uniqueName='x')`.
    let namedKeys: [String]
    /// For a contained set: the property that holds the key of the entity in which it is contained.
    let parent: String?
    /// Properties that `$filter` of a list must compare with `eq`.
    let requiredFilter: [String]
    /// In place of the generic reads.
    let reads: ReadRuns?
    /// Members that depend on the reader, put over a row's own.
    let overlay: Overlay?
    /// Members of Graph's type that stored documents may be without.
    let members: DeclaredMembers?
    let relations: [Relation]
    let operations: [Operation]
    /// Of a container: what is in it. Of a set: what each of its entities contains.
    let contained: [Resource]

    package typealias Overlay = @Sendable (Invocation, inout JSONObject) async throws -> Void

    /// How a resource is read that isn't a part of one kind.
    struct ReadRuns: Sendable {
        let list, count, get: Operation.Run
    }

    private init(
        _ name: String, v1: String? = nil, _ form: Form, versions: Set<Version>, kind: (any AnyKind)? = nil,
        predicate: Filter = .constant(true), contextPath: String? = nil, aliases: [String: String] = [:],
        order: [Query.Order] = [], visibility: @escaping See = { _ in .none },
        own: (@Sendable (Caller) -> Visibility)? = nil, alternateKey: String? = nil, namedKeys: [String] = [],
        parent: String? = nil, requiredFilter: [String] = [], reads: ReadRuns? = nil, overlay: Overlay? = nil,
        members: DeclaredMembers? = nil, relations: [Relation] = [], operations: [Operation] = [],
        contained: [Resource] = []
    ) {
        self.name = name
        self.v1 = v1
        self.form = form
        self.versions = versions
        self.kind = kind
        self.predicate = predicate
        self.contextPath = contextPath
        self.aliases = aliases
        self.order = order
        self.visibility = visibility
        self.own = own
        self.alternateKey = alternateKey
        self.namedKeys = namedKeys
        self.parent = parent
        self.requiredFilter = requiredFilter
        self.reads = reads
        self.overlay = overlay
        self.members = members
        self.relations = relations
        self.operations = operations
        self.contained = contained
    }

    package static func container(
        _ name: String, operations: [Operation] = [], _ contained: [Resource]
    ) -> Resource {
        Resource(
            name, .container, versions: Set(Version.allCases), operations: operations, contained: contained)
    }

    package static func singleton(
        _ name: String, v1: String? = nil, _ kind: any AnyKind, versions: Set<Version> = .graph,
        contextPath: String? = nil, visibility: @escaping See, overlay: Overlay? = nil,
        members: DeclaredMembers? = nil, relations: [Relation] = [], operations: [Operation] = [],
        contained: [Resource] = [], key: @escaping @Sendable (Caller) throws -> String
    ) -> Resource {
        Resource(
            name, v1: v1, .singleton(key: key), versions: versions, kind: kind, contextPath: contextPath,
            visibility: visibility, overlay: overlay, members: members, relations: relations, operations: operations,
            contained: contained)
    }

    package static func set(
        _ name: String, v1: String? = nil, _ kind: any AnyKind, versions: Set<Version> = [.beta],
        predicate: Filter = .constant(true), aliases: [String: String] = [:], order: [Query.Order] = [],
        visibility: @escaping See, own: (@Sendable (Caller) -> Visibility)? = nil, alternateKey: String? = nil,
        namedKeys: [String] = [], parent: String? = nil, requiredFilter: [String] = [], overlay: Overlay? = nil,
        members: DeclaredMembers? = nil, relations: [Relation] = [], operations: [Operation] = [],
        contained: [Resource] = []
    ) -> Resource {
        Resource(
            name, v1: v1, .set, versions: versions, kind: kind, predicate: predicate, aliases: aliases, order: order,
            visibility: visibility, own: own, alternateKey: alternateKey, namedKeys: namedKeys, parent: parent,
            requiredFilter: requiredFilter, overlay: overlay, members: members, relations: relations,
            operations: operations, contained: contained)
    }

    /// A collection that is read in a way of its own.
    /// - Parameter kind: one of the kinds in it.
    static func collection(
        _ name: String, _ kind: any AnyKind, versions: Set<Version>, reads: ReadRuns, operations: [Operation]
    ) -> Resource {
        Resource(name, .set, versions: versions, kind: kind, reads: reads, operations: operations)
    }

    func name(in version: Version) -> String { version == .v1 ? v1 ?? name : name }

    var isContainer: Bool { if case .container = form { true } else { false } }
    static let defaultPageSize = 100
}

/// What a workload shows of Graph: its resources with their operations, the permission row of each, and the words of its
/// failures. All surfaces of a server are compiled into one tree when it starts.
package struct Surface: Sendable {
    let dialect: ErrorDialect
    let permissions: PermissionTable
    let resources: [Resource]
    /// Request headers that its operations read: a request has each at most once, and an item of a batch may bring it.
    let headers: [String]

    package init(
        _ dialect: ErrorDialect, permissions: PermissionTable, headers: [String] = [], _ resources: [Resource]
    ) {
        self.dialect = dialect
        self.permissions = permissions
        self.headers = headers
        self.resources = resources
    }
}
