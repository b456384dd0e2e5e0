internal import Directory
internal import EDM
internal import OData
internal import Storage
internal import Workflows

/// A root below which paths are resolved: Graph's two versions, and what Graph has no words for.
enum Version: String, CaseIterable, Sendable {
    case v1 = "v1.0"
    case beta
    case countersign = "countersign/v1"
}

/// Who may call an operation, as far as a token can tell: any one permission of the list that fits the kind of token.
struct Access: Sendable {
    let delegated: [String]
    let application: [String]

    init(delegated: [String], application: [String]) {
        self.delegated = delegated
        self.application = application
    }

    /// The same list for users' tokens and applications'.
    init(any permissions: [String]) { self.init(delegated: permissions, application: permissions) }
    init(_ permissions: String...) { self.init(any: permissions) }

    func permissions(for caller: Caller) -> [String] { caller.isApplication ? application : delegated }

    func admits(_ caller: Caller) -> Bool {
        permissions(for: caller).contains { caller.permissions.contains($0) }
    }
}

/// An entity set as Graph shows it: a projection of a stored kind, with its permission rows. A method without a row doesn't
/// exist (security rule R21).
final class EntitySet: Sendable {
    /// The last segment of its path.
    let name: String
    /// The path below the version root, as `@odata.context` writes it.
    let path: String
    let segments: [String]
    let kind: any AnyKind
    let versions: Set<Version>
    /// Names of properties that clients use and the type doesn't declare.
    let aliases: [String: String]
    /// The order of a list without `$orderby`.
    let order: [Query.Order]
    let list: Access
    let get: Access
    /// What a caller may see of it, on every path.
    let visibility: @Sendable (Invocation) async throws -> Visibility
    /// The part of it that needs no question to the directory: a read of one entity looks there first.
    let own: (@Sendable (Caller) -> Visibility)?
    /// Whether failures speak as directory subtrees do (`Authorization_RequestDenied`) or as Intune does (`Forbidden`).
    let isDirectory: Bool
    /// Keys besides the id, such as a user's principal name: a property's name.
    let alternateKey: String?
    let operations: [Operation]
    let navigations: [NavigationBinding]
    /// Relationships whose elements lie in the document itself: shown where `$expand` names them.
    let embedded: [String]

    init(
        _ path: String, _ kind: any AnyKind, versions: Set<Version> = [.beta], aliases: [String: String] = [:],
        order: [Query.Order] = [], list: Access, get: Access? = nil,
        visibility: @escaping @Sendable (Invocation) async throws -> Visibility,
        own: (@Sendable (Caller) -> Visibility)? = nil, isDirectory: Bool = false, alternateKey: String? = nil,
        operations: [Operation] = [], navigations: [NavigationBinding] = [], embedded: [String] = []
    ) {
        self.path = path
        segments = path.split(separator: "/").map(String.init)
        name = segments.last ?? path
        self.kind = kind
        self.versions = versions
        self.aliases = aliases
        self.order = order
        self.list = list
        self.get = get ?? list
        self.visibility = visibility
        self.own = own
        self.isDirectory = isDirectory
        self.alternateKey = alternateKey
        self.operations = operations
        self.navigations = navigations
        self.embedded = embedded
    }

    /// The most that a page holds.
    var maximumPageSize: Int { isDirectory ? 999 : 100 }
    static let defaultPageSize = 100
}

/// An action, a function, or a write on a set or on one of its entities.
struct Operation: Sendable {
    enum Binding: Sendable { case collection, entity }

    /// Empty for a write on the bound resource itself (POST to the set; PATCH, PUT, DELETE of an entity).
    let name: String
    /// Older names of the same operation.
    let aliases: [String]
    let method: String
    let binding: Binding
    let parameters: [String]
    let versions: Set<Version>?
    let access: Access
    let run: @Sendable (Invocation) async throws -> GraphResponse

    init(
        _ method: String, _ name: String = "", aliases: [String] = [], on binding: Binding, parameters: [String] = [],
        versions: Set<Version>? = nil, access: Access,
        run: @escaping @Sendable (Invocation) async throws -> GraphResponse
    ) {
        self.name = name
        self.aliases = aliases
        self.method = method
        self.binding = binding
        self.parameters = parameters
        self.versions = versions
        self.access = access
        self.run = run
    }

    func isNamed(by segment: PathSegment) -> Bool {
        !name.isEmpty && ([name] + aliases).contains { segment.matches($0) }
    }
}

/// A relationship that can be walked from an entity of a set.
struct NavigationBinding: Sendable {
    let name: String
    let access: Access
    /// What a collection lies in, for `@odata.context`; nil where it is contained in the entity.
    let context: String?
    let isCollection: Bool
    let elements: Elements
    /// How links of it are added and removed; nil where they can't be.
    var link: LinkBinding?

    enum Elements: Sendable {
        /// The related objects' keys, in order.
        case documents(@Sendable (Invocation, _ id: String) async throws -> [Key])
        /// A member of the document that holds them.
        case embedded(String)
    }
}

/// The writes of a relationship's links.
struct LinkBinding: Sendable {
    let access: Access
    let add: @Sendable (Invocation, _ id: String, _ target: String) async throws -> Void
    let remove: @Sendable (Invocation, _ id: String, _ target: String) async throws -> Void
}

/// A call of an operation, resolved and admitted.
struct Invocation: Sendable {
    let service: GraphService
    /// Of this call: a read's questions are one session, and what a write decides holds only where its object is as
    /// `If-Match` expects.
    let governance: Governance
    let request: GraphRequest
    let version: Version
    let caller: Caller
    let set: EntitySet
    /// The key of the bound entity.
    let id: String?
    let query: ODataQuery
    let arguments: [String: String]

    /// What the directory says about the caller now.
    func facts() async throws -> CallerFacts { try await governance.facts(of: caller) }
}
