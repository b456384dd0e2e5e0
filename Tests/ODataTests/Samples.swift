internal import EDM
internal import JSON
internal import OData

/// The types that the tests bind against.
struct Ticket: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static var navigations: [Navigation] {
        [Navigation("accessPackage", to: Package.self), Navigation("decisions", to: Package.self, isCollection: true)]
    }

    let id = Property<String>("id", [.key, .required])
    let displayName = Property<String?>("displayName")
    let status = Property<TicketStatus>("status")
    let createdDateTime = Property<Instant>("createdDateTime")
    let maximum = Property<Duration?>("maximum")
    let priority = Property<Int32?>("priority")
    let isUrgent = Property<Bool?>("isUrgent")
    let accessPackageId = Property<String?>("accessPackageId")
    let requestor = Property<Document<Person>?>("requestor")
    let tags = Property<[String]>("tags")
    let answers = Property<[Document<Answer>]>("answers")
}

/// A type whose documents are of others, with relationships, and with names of its own in v1.0.
struct Assignment: EntityType {
    static let schema = Self(), properties = reflect(schema), navigations = relations(schema)
    static let derivedTypes: [any EntityType.Type] = [TimedAssignment.self, Grant.self]

    let id = Property<String>("id", [.key, .required])
    let assignmentState = Property<TicketStatus?>("assignmentState", v1: "state")
    let catalogId = Property<String?>("catalogId", v1: .omitted)
    let scope = Property<Document<Scope>?>("scope")
    let target = Navigation("target", to: Principal.self)
    let policy = Navigation("accessPackagePolicy", v1: "policy", to: Package.self)
    let approvers = Navigation("approvers", to: Principal.self, isCollection: true)
}

struct TimedAssignment: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Assignment.self
    let maximum = Property<Duration?>("maximum")
}

struct Grant: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Assignment.self
    let grantor = Property<Document<Person>?>("grantor")
}

struct Principal: EntityType {
    static let schema = Self(), properties = reflect(schema), navigations = relations(schema)
    static let derivedTypes: [any EntityType.Type] = [UserPrincipal.self]
    let id = Property<String>("id", [.key, .required])
    let displayName = Property<String?>("displayName")
    let manager = Navigation("manager", to: Principal.self)
}

struct UserPrincipal: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Principal.self
    let mail = Property<String?>("mail")
    let roles = Property<[String]>("roles")
}

struct Scope: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isAbstract = true
    static let derivedTypes: [any EntityType.Type] = [QueryScope.self, GroupScope.self]
}

struct QueryScope: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Scope.self
    let query = Property<String?>("query")
}

struct GroupScope: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let baseType: (any EntityType.Type)? = Scope.self
    let groupId = Property<String?>("groupId")
}

enum TicketStatus: String, EdmEnumeration { case needsApproval, approved, completed, unknownFutureValue }

struct Person: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let id = Property<String?>("id")
    let mail = Property<String?>("mail")
    let roles = Property<[String]>("roles")
}

struct Answer: EntityType {
    static let schema = Self(), properties = reflect(schema)
    let key = Property<String>("key")
    let score = Property<Int64>("score")
    let by = Property<Document<Person>?>("by")
    let notes = Property<[Document<Person>]>("notes")
}

struct Package: EntityType {
    static let schema = Self(), properties = reflect(schema)
    static let isOpen = true
    let id = Property<String>("id", [.key, .required])
}

let aliases = ["requestid": "id", "accessPackage/id": "accessPackageId"]

/// The filter bound against `Ticket`.
func bound(_ text: String) throws -> BoundFilter {
    try BoundFilter(try FilterExpression(text), on: Ticket.self, aliases: aliases)
}

/// The filter bound against `Assignment`.
func assignments(_ text: String, in version: GraphVersion? = nil) throws -> BoundFilter {
    try BoundFilter(
        try FilterExpression(text), on: Assignment.self, in: version, aliases: ["package": "accessPackagePolicy"])
}

/// The message of the 400 that the work ends with; empty where it ends otherwise.
func refusal(_ work: () throws -> Any) -> String {
    do {
        _ = try work()
        return ""
    } catch let error as ODataError {
        return error.status == 400 && error.code == "BadRequest" ? error.message : ""
    } catch { return "" }
}

/// A generator that repeats itself for a seed (SplitMix64), so that a failure can be run again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
