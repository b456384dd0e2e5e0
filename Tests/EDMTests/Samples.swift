internal import EDM
internal import JSON

/// Types with every trait, two versions that differ, relationships, and types that extend each other.
struct Catalog: EntityType {
    static let schema = Self(), properties = reflect(schema), navigations = relations(schema)
    static let namesItsType = true

    let id = Property<String>("id", [.key, .readOnly, .required])
    let displayName = Property<String>("displayName", .required)
    let description = Property<String?>("description")
    let uniqueName = Property<String?>("uniqueName", v1: .omitted, .immutable)
    let requestState = Property<State?>("requestState", v1: .named("state", .lower))
    let modifiedDateTime = Property<Instant>("modifiedDateTime", [.readOnly, .required])
    let tags = Property<[String]>("tags")
    let scope = Property<Document<Scope>?>("scope")
    let rules = Property<[Document<Rule>]>("rules")
    let owner = Navigation("accessPackageOwner", v1: "owner", to: Member.self)
    let members = Navigation("members", to: Member.self, isCollection: true)
}

enum State: String, EdmEnumeration { case PendingApproval, Delivered, unknownFutureValue }

struct Scope: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let isBackup = Property<Bool?>("isBackup", v1: .omitted)
    let stamp = Property<Instant?>("stamp", .readOnly)
    /// A type that holds itself.
    let parent = Property<Document<Scope>?>("parent", v1: "within")
}

struct Member: EntityType {
    static let schema = Self(), properties = reflect(schema), navigations = relations(schema)
    static let isOpen = true
    let id = Property<String>("id", [.key, .required])
    let mail = Property<String?>("mail")
    let manager = Navigation("manager", to: Member.self)
}

struct Rule: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isAbstract = true
    static let derivedTypes: [any EntityType.Type] = [ExpirationRule.self, ApprovalRule.self]
    let id = Property<String>("id", [.key, .required])
}

struct ExpirationRule: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Rule.self
    let maximumDuration = Property<Duration?>("maximumDuration")
}

struct ApprovalRule: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Rule.self
    let isRequired = Property<Bool>("isRequired", v1: "isApprovalRequired", .required)
}

func object(_ text: String) throws -> JSONObject {
    try JSONReader.read(Array(text.utf8)).object ?? JSONObject()
}
